"""Builds and runs the sandbox: one FastAPI app that answers for all vendors, on this machine only."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from estate_app.sandbox.alipay import Alipay, alipay_router
from estate_app.sandbox.cashier import cashier_router, wallet_router
from estate_app.sandbox.config import HOST, SandboxConfig, SandboxRefusedError
from estate_app.sandbox.control import fault_router, message_control_router, payment_control_router
from estate_app.sandbox.einvoice import EInvoiceDesk, einvoice_router
from estate_app.sandbox.faults import Fault
from estate_app.sandbox.keys import load_keys
from estate_app.sandbox.mini_program import MiniProgram, mini_program_router
from estate_app.sandbox.runtime import Sandbox
from estate_app.sandbox.sms import Twilio, twilio_router
from estate_app.sandbox.unionpay import Unionpay, unionpay_router
from estate_app.sandbox.wechat_pay import WechatPay, wechat_pay_router

CHANNEL_PATHS = {
    "/v3/": "wechat",
    "/gateway.do": "alipay",
    "/alipay-files/": "alipay",
    "/gateway/api/": "unionpay",
    "/unionpay-files/": "unionpay",
    "/sns/": "mini_program",
    "/cgi-bin/": "mini_program",
    "/wxa/": "mini_program",
    "/2010-04-01/": "sms",
    "/einvoice/": "einvoice",
}


def create_sandbox(config: SandboxConfig) -> FastAPI:
    """Build the app. Raises SandboxRefusedError in production: it answers every question about money with yes."""
    if config.production:
        raise SandboxRefusedError("the sandbox takes no real money and does not start in production")
    sandbox = Sandbox(config, load_keys(config.directory))
    mini_program, wechat = MiniProgram(sandbox), WechatPay(sandbox)
    alipay, unionpay = Alipay(sandbox), Unionpay(sandbox)
    sandbox.vendors = {vendor.channel: vendor for vendor in (wechat, alipay, unionpay)}

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        sandbox.start()
        yield
        await asyncio.to_thread(sandbox.stop)

    app = FastAPI(title="Vendors' stand-in", lifespan=lifespan)
    app.include_router(wechat_pay_router(wechat))
    app.include_router(alipay_router(alipay))
    app.include_router(unionpay_router(unionpay))
    app.include_router(mini_program_router(mini_program))
    app.include_router(twilio_router(Twilio(sandbox)))
    app.include_router(einvoice_router(EInvoiceDesk(sandbox)))
    app.include_router(cashier_router(sandbox))
    app.include_router(wallet_router(sandbox, wechat))
    app.include_router(fault_router(sandbox))
    app.include_router(payment_control_router(sandbox))
    app.include_router(message_control_router(sandbox, mini_program))
    app.middleware("http")(_fault_middleware(sandbox))
    app.get("/health")(lambda: {"status": "ok"})
    return app


def _fault_middleware(sandbox: Sandbox) -> Callable[..., Awaitable[Response]]:
    async def strike(request: Request, proceed: Callable[[Request], Awaitable[Response]]) -> Response:
        channel = next((name for path, name in CHANNEL_PATHS.items() if request.url.path.startswith(path)), "")
        fault = sandbox.faults.take_for_call(channel) if channel else None
        if fault is Fault.http_5xx:
            return JSONResponse({"code": "SYSTEM_ERROR", "message": "系统异常，请用原单号重试"}, 500)
        response = await proceed(request)
        if fault is Fault.timeout:
            # The nasty kind: the work is done, only the answer does not come in time.
            await asyncio.sleep(sandbox.config.hang_seconds)
        return response

    return strike


def make_server(config: SandboxConfig) -> uvicorn.Server:
    """Return a server bound to this machine's loopback address; the caller runs it (`server.run()`), in a thread or a process."""
    return uvicorn.Server(uvicorn.Config(create_sandbox(config), host=HOST, port=config.port, log_level="warning"))
