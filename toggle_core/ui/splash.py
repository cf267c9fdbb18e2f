"""What a page shows until Streamlit's scripts are there: on a slow line that takes seconds.

It stands beside the element that Streamlit draws into, and goes when there is something to read
there. Sizes and places are those of what follows, so that nothing jumps.
"""

from typing import Final

from toggle_core.locations import STATIC_FILES

TITLE: Final = "What should we build today?"

SPLASH_STYLE: Final = """
@font-face { font-family: Inter; font-weight: 100 900; font-display: swap;
  src: url("./app/static/fonts/inter-latin-wght-normal.woff2") format("woff2"); }
.splash { position: fixed; inset: 0; pointer-events: none; animation: splash_end 0s 60s forwards;
  background: #fbfaf8; color: #1f2421;
  font: 13.125px/1.6 Inter, system-ui, sans-serif; }
@keyframes splash_end { to { visibility: hidden; } }
body:has(:is([data-testid="stMain"] :is(h1, h2, p, [role="alert"]), [role="dialog"])) .splash {
  display: none; }
.splash_name { display: flex; align-items: center; gap: 0.6rem; margin: 0; padding: 18px 15px;
  font-weight: 650; }
.splash_name svg { height: 19.5px; width: 35px; }
.splash_title { position: absolute; top: 69px; left: 0; right: 0; margin: 0; text-align: center;
  font-size: 31.5px; line-height: 1.2; font-weight: 650; letter-spacing: -0.022em; }
.splash_box { position: absolute; top: 146px; left: 0; right: 0; box-sizing: border-box;
  width: calc(100% - 30px); max-width: 1050px; height: 186px; margin: 0 auto; border-radius: 18px;
  border: 1px solid rgb(128 128 128 / 25%); }
@media (max-width: 640px) {
  .splash_title { top: 60px; font-size: 23.25px; }
  .splash_box { top: 152px; height: 239px; }
}
@media (prefers-color-scheme: dark) { .splash { background: #15181a; color: #e9e7e2; } }
"""


def splash(*, is_home: bool) -> str:
    """The HTML of it; screen readers pass over it.

    Args:
        is_home: whether the page is the one with the text box.
    """
    logo = (STATIC_FILES / "logo.svg").read_text().strip()
    home = f'<p class="splash_title">{TITLE}</p><div class="splash_box"></div>' if is_home else ""
    name = f'<p class="splash_name">{logo}Production Toggle</p>'
    return f'<div class="splash" aria-hidden="true">{name}{home}</div>'
