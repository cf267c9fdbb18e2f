"""Viewers of the first page: clients that speak Streamlit's protocol as a browser does.

Twenty browsers on the machine of the server would measure themselves. These ask for the page, and
again for the part that refreshes whenever its timer would, over a WebSocket each.
"""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Final

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

SUBPROTOCOLS: Final = (Subprotocol("streamlit"), Subprotocol("no-token"))
SECOND: Final = 1_000


@dataclass
class Viewer:
    """Someone who looks at the first page.

    Attributes:
        refreshes: that were answered.
        received: bytes of the answers to these.
        seconds: that each of these took.
        timer: id of the page's timer, empty where it has none: then nothing more is asked for.
    """

    refreshes: int = 0
    received: int = 0
    seconds: list[float] = field(default_factory=list)
    timer: str = ""
    _interval: float = 0.0
    _page: str = ""
    _fragment: str = ""
    _known: set[str] = field(default_factory=set)

    async def look(self, address: str) -> None:
        """Open the page, and refresh it until cancelled.

        Args:
            address: of the dashboard.
        """
        stream = address.replace("http", "ws", 1) + "/_stcore/stream"
        async with connect(
            stream, subprotocols=SUBPROTOCOLS, origin=_origin(address), max_size=None
        ) as socket:
            await self._ask(socket, ClientState())
            while self.timer:
                await asyncio.sleep(self._interval)
                state = ClientState(fragment_id=self._fragment, page_script_hash=self._page)
                ticks = state.widget_states.widgets.add()
                ticks.id, ticks.json_value = self.timer, json.dumps(self.refreshes + 1)
                began = time.perf_counter()
                self.received += await self._ask(socket, state)
                self.seconds.append(time.perf_counter() - began)
                self.refreshes += 1

    async def _ask(self, socket: ClientConnection, state: ClientState) -> int:
        """Ask for something, and wait for the end of the answer. Returns its bytes."""
        state.context_info.timezone = "Europe/Berlin"
        state.cached_message_hashes.extend(self._known)
        await socket.send(BackMsg(rerun_script=state).SerializeToString())
        received = 0
        while True:
            frame = await socket.recv(decode=False)
            received += len(frame)
            message = ForwardMsg.FromString(frame)
            self._learn(message)
            if message.WhichOneof("type") == "script_finished":
                return received

    def _learn(self, message: ForwardMsg) -> None:
        if message.metadata.cacheable:
            self._known.add(message.hash)
        if message.HasField("new_session"):
            self._page = message.new_session.page_script_hash
        element = message.delta.new_element
        if element.HasField("component_instance"):
            self.timer = element.component_instance.id
            self._interval = json.loads(element.component_instance.json_args)["interval"] / SECOND
            self._fragment = message.delta.fragment_id


def _origin(address: str) -> Origin:
    return Origin(address.rstrip("/"))
