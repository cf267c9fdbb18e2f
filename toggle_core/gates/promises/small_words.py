"""Words of a task that carry no wish, so that no promise has to mention them."""

from typing import Final

from toggle_core.gates.promises.model import Kind

_ENGLISH = """
a about above after again all also am an and another any anything are as at be because been before
being but by can cannot can't could did do does doing don't down during each either else etc even
every everything few for from further get gets getting got had has have having he hello her here
hers hey hi him his how however i i'd i'll i'm i've if in into is isn't it it's its itself just
kind know lets let like likes lot made make makes making many may maybe me might mine more most
much must my myself need needed needs nice no nor not now of off ok okay on once one ones only
onto or other others our ours out over own per perhaps please pls quite rather really same shall
she should since so some somehow someone something somewhat sort still such sure than thank thanks
that that's the their theirs them themselves then there these they thing things this those though
through thus to together too under until up upon us use used useful uses using very via want
wanted wants wanna was way we well were what whatever when whenever where which while who whoever
whole whom whose why will with within without won't would wouldn't yes yet you your yours yourself
"""

_FRAMING = """
able add-on allow allows app application apps applications basic build building built clean code
coded complete create created creates creating develop easy functional generate give gives good
great handy help implement improve little new program programs project proper python provide
provides quick quickly script scripts show showing shows simple simply small software stuff tell
tells tiny tool tools work working works write written
"""

_GERMAN = """
aber alle als am an auch auf aus bei bitte da damit das dass dein dem den der des die dies diese
du durch ein eine einem einen einer eines einfach einfache einfachen einfaches er erstelle es
etwas fuer für gib habe hat ich ihr im in ist ja kann kein keine man mein meine meinem meinen
meiner mich mir mit moechte möchte nach nicht noch nur oder ohne programm schreibe sein sich sie
sind so soll sollen und uns unser unsere vom von vor was wenn werden wie will wir wird zu zum zur
über mach baue bau anwendung
"""

_FRENCH = """
application au aux avec ce ces cette chaque créer crée créez comme dans de des du elle en est et
fais faire il je la le les leur ma mes moi mon ne nous on ou où par pas peux peut plus pour
pouvoir programme que qui sa sans se ses simple son sont sur ta tes toi ton tous tout toute un une
veux voudrais vous à s'il te plaît
"""

_SPANISH = """
al algo aplicación como con crea crear cuando de del donde el ella en es esta este favor haz hacer
la las lo los me mi mis muy más no nos para pero por programa que quiero se sea sencilla sencillo
ser si simple sin sobre son su sus tu un una uno y yo
"""

SMALL: Final = frozenset(" ".join((_ENGLISH, _FRAMING, _GERMAN, _FRENCH, _SPANISH)).split())

OF_KIND: Final = {
    kind: frozenset(words.split())
    for kind, words in {
        Kind.CLI: "cli command commands commandline line terminal console shell prompt",
        Kind.WEB: "web website webpage webapp site page pages browser online",
        Kind.API: "api apis rest restful http web service backend endpoint endpoints",
        Kind.LIBRARY: "library module package function functions",
        Kind.BOT: "bot chatbot",
    }.items()
}
"""Words that the kind of the interface answers by itself."""

_COUNTING = "two three four five six seven eight nine ten eleven twelve"

NUMBERS: Final = {word: str(value) for value, word in enumerate(_COUNTING.split(), 2)} | {
    "twenty": "20",
    "thirty": "30",
    "fifty": "50",
    "hundred": "100",
    "thousand": "1000",
}
"""Numbers that are written as words."""

IRREGULAR: Final = {
    "added": "add",
    "adding": "add",
    "bought": "buy",
    "came": "come",
    "children": "child",
    "chosen": "choose",
    "deleting": "delete",
    "drew": "draw",
    "drawn": "draw",
    "feet": "foot",
    "found": "find",
    "gone": "go",
    "held": "hold",
    "kept": "keep",
    "left": "leave",
    "men": "man",
    "paid": "pay",
    "people": "person",
    "ran": "run",
    "saw": "see",
    "seen": "see",
    "sent": "send",
    "shown": "show",
    "sold": "sell",
    "spent": "spend",
    "taken": "take",
    "told": "tell",
    "took": "take",
    "went": "go",
    "women": "woman",
    "wrote": "write",
}
"""Forms that no ending shows."""
