"""A request to an app that is not passed on."""


class Refusal(Exception):
    """A request that is answered by us.

    Attributes:
        status: of HTTP.
        sentence: for the person who sees it.
    """

    def __init__(self, status: int, sentence: str) -> None:
        self.status = status
        self.sentence = sentence
        super().__init__(sentence)
