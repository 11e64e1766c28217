"""Where the vendors' servers report: raw bytes in, verified by the gateway, answered as each vendor wants it."""

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from estate_app.errors import EstateError, NotFoundError
from estate_app.payment.callbacks import handle_callback
from estate_app.payment.channel import Channel

log = structlog.get_logger(__name__)
MAX_BODY = 64 * 1024
_REJECTED, _SERVER_ERROR = 401, 500


async def receive(request: Request) -> Response:
    """Hand a message to the payment service and give back the vendor's answer; garbage is refused, never a server error."""
    channel = _channel(request.path_params["source"])
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            log.warning("callback_too_large", channel=channel.value)
            return Response(status_code=413)
    try:
        answer = await run_in_threadpool(handle_callback, channel, request.headers, bytes(body))
    except EstateError as error:
        # A channel that is not set up here: nobody who knows us writes to it.
        raise NotFoundError from error
    # A message that is not the vendor's is the sender's fault: 401 makes a genuine one come again just as 500 does, and raises no alarm.
    status = _REJECTED if answer.status >= _SERVER_ERROR else answer.status
    return Response(answer.body, status, dict(answer.headers))


def _channel(source: str) -> Channel:
    found = next((channel for channel in Channel if channel.is_online and channel.value == source), None)
    if found is None:
        raise NotFoundError
    return found
