"""How a report looks: two palettes, one layout from 320 pixels up, and on paper."""

from __future__ import annotations

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "page": "#f4f5f7",
    "card": "#ffffff",
    "ink": "#1c2128",
    "quiet": "#57606a",
    "edge": "#d0d7de",
    "code": "#eef1f4",
    "good": "#177632",
    "bad": "#c4202c",
    "warn": "#8a5a00",
    "good-soft": "#dff6e4",
    "bad-soft": "#ffe9e7",
    "warn-soft": "#fff3cf",
    "quiet-soft": "#eaeef2",
    "on-mark": "#ffffff",
    "focus": "#0550ae",
}
DARK: Mapping[str, str] = {
    "page": "#0d1117",
    "card": "#161b22",
    "ink": "#e6edf3",
    "quiet": "#9aa4af",
    "edge": "#3d444d",
    "code": "#21262d",
    "good": "#46c35f",
    "bad": "#ff8880",
    "warn": "#e0b040",
    "good-soft": "#12301d",
    "bad-soft": "#3a1a1d",
    "warn-soft": "#33290f",
    "quiet-soft": "#262c34",
    "on-mark": "#0d1117",
    "focus": "#79b8ff",
}

READ = (
    *(("ink", under) for under in ("page", "card", "code")),
    *(("quiet", under) for under in ("page", "card", "code", "quiet-soft")),
    *((word, under) for word in ("good", "bad", "warn") for under in ("card", f"{word}-soft")),
    *(("ink", f"{word}-soft") for word in ("good", "bad", "warn")),
    *(("on-mark", word) for word in ("good", "bad", "warn")),
    ("focus", "page"),
)
"""Which colour is read on which: each pair differs enough for weak eyes, in both palettes."""


def css() -> str:
    """The whole style sheet; it names no file and no font that has to be fetched."""
    dark = f"@media (prefers-color-scheme:dark){{:root{{{_variables(DARK)}}}}}"
    paper = f"@media print{{:root{{{_variables(LIGHT)}}}{_PAPER}}}"
    return f":root{{{_variables(LIGHT)}}}\n{dark}\n{_LAYOUT}{paper}\n"


def _variables(palette: Mapping[str, str]) -> str:
    return "".join(f"--{name}:{color};" for name, color in palette.items())


_PAPER = """
body{font-size:10pt}
nav,.skip{display:none}
.card,header.top{box-shadow:none;break-inside:avoid-page}
.scroll{overflow:visible;max-height:none}
.past .scroll svg{max-width:100%}
.tall svg{max-width:100%;height:auto}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
"""

_LAYOUT = """\
*{box-sizing:border-box}
html{color-scheme:light dark;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);overflow-wrap:anywhere;
  font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main,header.top,footer{max-width:72rem;margin:0 auto;padding:0 1rem}
h1,h2,h3,p,ol,ul,dl,dd,figure{margin:0;padding:0}
h1{font-size:1.5rem;line-height:1.25}
h2{font-size:1.25rem;margin-bottom:.25rem}
h3{font-size:1rem}
ol,ul{list-style:none}
code,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;
  font-size:.875em}
a{color:var(--focus)}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
.skip{position:absolute;left:-999rem}
.skip:focus{left:1rem;top:.5rem;background:var(--card);padding:.25rem .75rem}
.quiet{color:var(--quiet)}
.card{background:var(--card);border:1px solid var(--edge);border-radius:.75rem;
  padding:1.25rem;margin:1rem 0}
.card>p+*,.card>h2+figure{margin-top:.75rem}

header.top{padding-top:1.5rem}
nav{margin-top:.25rem;display:flex;flex-wrap:wrap;gap:0 1.25rem;font-size:.9375rem}
nav a{padding:.25rem 0}
.hero{display:flex;gap:1.25rem;align-items:center;border-left:.5rem solid var(--quiet)}
.hero.good{border-left-color:var(--good)}
.hero.bad{border-left-color:var(--bad)}
.hero svg{flex:none;width:4rem;height:4rem}
.hero .s-mark{stroke-width:6;stroke-linecap:round;stroke-linejoin:round}
.hero strong{display:block;font-size:2rem;line-height:1.15;letter-spacing:.01em}
.hero.good strong{color:var(--good)}
.hero.bad strong{color:var(--bad)}
.facts{display:flex;flex-wrap:wrap;gap:0 1.25rem;color:var(--quiet);font-size:.9375rem;
  margin-top:.25rem}

.badge{display:inline-block;border-radius:1rem;padding:0 .625rem;font-size:.8125rem;
  font-weight:600;line-height:1.6;white-space:nowrap;background:var(--quiet-soft);
  color:var(--quiet)}
.badge.good{background:var(--good-soft);color:var(--good)}
.badge.bad{background:var(--bad-soft);color:var(--bad)}
.badge.warn{background:var(--warn-soft);color:var(--warn)}
.stages{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));
  margin:1rem 0}
.stages .card{margin:0}
.stage>h3{display:flex;flex-wrap:wrap;gap:.25rem .75rem;align-items:center}
.stage>p{font-size:.9375rem}
.items{margin-top:.5rem}
.items>li{padding:.375rem 0;border-top:1px solid var(--edge);display:grid;
  grid-template-columns:1.25rem 1fr;gap:0 .5rem}
.items .sign{font-weight:700;text-align:center}
.good>.sign{color:var(--good)}
.bad>.sign{color:var(--bad)}
.warn>.sign{color:var(--warn)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.125rem .75rem;font-size:.9375rem;
  margin-top:.25rem}
dt{color:var(--quiet)}
.command{display:block;background:var(--code);border:1px solid var(--edge);border-radius:.375rem;
  padding:.375rem .625rem;margin-top:.25rem;white-space:pre-wrap;user-select:all;
  -webkit-user-select:all}
.do>li{margin-top:.75rem}
details{margin-top:.75rem}
summary{cursor:pointer;color:var(--quiet);padding:.125rem 0}

.scroll{overflow:auto;max-width:100%}
.scroll svg{display:block}
.long{max-height:30rem;border-bottom:1px solid var(--edge)}
.long+p{margin-top:.5rem}
.tall{max-height:42rem;border:1px solid var(--edge);border-radius:.5rem}
.past{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:0 .75rem}
.past .scroll{direction:rtl}
.past svg{direction:ltr}
.past text{font:12px system-ui,"DejaVu Sans",sans-serif;fill:var(--ink)}
.past text.at{font-size:11px;fill:var(--quiet)}
.key{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;font-size:.875rem;color:var(--quiet);
  margin-top:.75rem}
.key li{display:flex;gap:.5rem;align-items:center}
.f-good{fill:var(--good)}
.f-bad{fill:var(--bad)}
.f-warn{fill:var(--warn)}
.f-quiet{fill:var(--quiet)}
.s-mark{stroke:var(--on-mark);fill:none;stroke-width:2}
.s-good{stroke:var(--good);fill:none;stroke-width:2}
.s-bad{stroke:var(--bad);fill:none;stroke-width:2}
.s-warn{stroke:var(--warn);fill:none;stroke-width:2}
.s-quiet{stroke:var(--quiet);fill:none;stroke-width:2}
.band{fill:var(--page)}
.f-mark{fill:var(--on-mark)}
.f-card{fill:var(--card)}
table{border-collapse:collapse;font-size:.875rem;margin-top:.5rem;overflow-wrap:normal}
th,td{text-align:left;padding:.25rem .75rem .25rem 0;border-top:1px solid var(--edge);
  vertical-align:top}
th{font-weight:600;white-space:nowrap}
td.wide{min-width:16rem}

.rail{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:0 .75rem;margin-top:.75rem}
.rail li{height:3rem;overflow:hidden}
.rail p{white-space:nowrap;overflow:hidden;text-overflow:ellipsis;line-height:1.5rem}
.rail .badge{line-height:1.25rem}
.dashed{stroke-dasharray:4 4}

.graph text{font:12px ui-monospace,"DejaVu Sans Mono",monospace;fill:var(--ink)}
.graph .title{font-weight:bold}
.graph .quiet{fill:var(--quiet)}
.graph .error{fill:var(--bad)}
.graph .warning{fill:var(--warn)}
.graph .edge{fill:none;stroke:var(--quiet);stroke-width:1.2}
.graph .edge.error{stroke:var(--bad);stroke-width:2.2}
.graph .edge.warning{stroke:var(--warn);stroke-width:2.2}
.graph .box{fill:var(--page);stroke:var(--quiet)}
.graph .box.error{stroke:var(--bad);stroke-width:2}
.graph .box.warning{stroke:var(--warn);stroke-width:2}
.graph .head{fill:var(--quiet);stroke:none}
.graph .head.error{fill:var(--bad)}
.graph .head.warning{fill:var(--warn)}
footer{padding-bottom:2rem;font-size:.875rem;color:var(--quiet)}
@media (max-width:30rem){
  body{font-size:15px}
  .card{padding:1rem .875rem}
  .hero{gap:.875rem}
  .hero svg{width:2.75rem;height:2.75rem}
  .hero strong{font-size:1.625rem}
  dl{grid-template-columns:1fr}
  dd+dt{margin-top:.25rem}
}
"""
