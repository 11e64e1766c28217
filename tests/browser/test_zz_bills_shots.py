from tests.browser.test_every_page import address
from axe_playwright_python.sync_playwright import Axe
import pytest
PATHS=["/bills","/bills/[bill_id]","/pay/[payment_id]","/pay/[payment_id]/result","/payments","/receipts/[receipt_id]","/receipt/[check_code]"]
@pytest.mark.parametrize("w,loc,sch",[(390,"zh-CN","light"),(1440,"zh-CN","light"),(390,"en-US","dark"),(1440,"en-US","dark")])
def test_shots(site, person, w, loc, sch):
    s=person("owner",width=w,locale=loc,scheme=sch)
    out=[]
    for p in PATHS:
        page=s.open(address(site,p)); page.wait_for_load_state("networkidle")
        page.wait_for_timeout(400)
        page.screenshot(path=f"/tmp/bshots/{p.replace('/','_')}-{w}-{loc[:2]}.png", full_page=True)
        out += [f"{p} h1={page.locator('h1').count()}"] if page.locator("h1").count()!=1 else []
        sw=page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if sw>0: out.append(f"{p} sideways {sw}")
        v=Axe().run(page, options={"runOnly":["wcag2a","wcag2aa","wcag21aa","wcag22aa"]}).response["violations"]
        out += [f"{p}: {x['id']}: {n['html'][:200]}" for x in v for n in x['nodes'][:3]]
        if page.locator("[data-testid=not-found]").count(): out.append(p+" notfound")
    assert out==[]
