"""Live progress over the socket: one's own changes and nobody else's, and no way in without a token."""

import pytest
from starlette.websockets import WebSocketDisconnect

from estate_app.access.sessions import end_all_sessions
from miniprogram_api import live
from miniprogram_api.live import NOT_SIGNED_IN, TOO_MANY, sockets


class TestLive:
    def test_an_own_change_is_told_and_a_strangers_is_not(self, world) -> None:
        owner = world.cast.owner.id
        with world.api.websocket_connect("/live") as socket:
            socket.send_json({"token": world.token("owner")})
            assert socket.receive_json() == {"type": "ready"}
            world.api.portal.call(sockets.changed, f"resident:{world.cast.stranger.id}")
            world.api.portal.call(sockets.changed, f"resident:{owner}")
            world.api.portal.call(sockets.changed, f"inbox:{owner}")
            assert socket.receive_json() == {"type": "changed"}
            assert sockets.count(f"resident:{owner}") == 1
        assert world.api.portal.call(sockets.count, f"resident:{owner}") == 0

    @pytest.mark.parametrize("greeting", ['{"token": "forged"}', "{}", "[]", "no json", '{"token": 7}', '{"token": "' + "x" * 2000 + '"}'])
    def test_whoever_shows_no_token_is_sent_away(self, world, greeting) -> None:
        with world.api.websocket_connect("/live") as socket:
            socket.send_text(greeting)
            with pytest.raises(WebSocketDisconnect) as ended:
                socket.receive_json()
        assert ended.value.code == NOT_SIGNED_IN

    def test_whoever_says_nothing_is_not_waited_for(self, world, monkeypatch) -> None:
        monkeypatch.setattr(live, "GREETING_SECONDS", 0.05)
        with world.api.websocket_connect("/live") as socket, pytest.raises(WebSocketDisconnect) as ended:
            socket.receive_json()
        assert ended.value.code == NOT_SIGNED_IN

    def test_a_revoked_token_ends_an_open_socket(self, world, monkeypatch) -> None:
        monkeypatch.setattr(live, "STILL_SECONDS", 0.05)
        with world.api.websocket_connect("/live") as socket:
            socket.send_json({"token": world.token("owner")})
            assert socket.receive_json() == {"type": "ready"}
            assert socket.receive_json() == {"type": "still"}
            world.do(lambda uow: end_all_sessions(uow, world.cast.owner))
            with pytest.raises(WebSocketDisconnect) as ended:
                list(iter(socket.receive_json, None))
        assert ended.value.code == NOT_SIGNED_IN

    def test_one_account_holds_only_so_many(self, world, monkeypatch) -> None:
        monkeypatch.setattr(live, "MOST_PER_ACCOUNT", 1)
        with world.api.websocket_connect("/live") as first:
            first.send_json({"token": world.token("owner")})
            assert first.receive_json() == {"type": "ready"}
            with world.api.websocket_connect("/live") as second:
                second.send_json({"token": world.token("owner")})
                with pytest.raises(WebSocketDisconnect) as ended:
                    second.receive_json()
        assert ended.value.code == TOO_MANY
