/** The style of a page: light and dark as the reader has it, a phone's width, and paper. Every colour has a sign or a word beside it. */
export const STYLE = `
:root{--bg:#fff;--fg:#1f2328;--soft:#57606a;--line:#d0d7de;--panel:#f6f8fa;--link:#0550ae;
--add:#116329;--add-bg:#dafbe1;--add-word:#aceebb;--remove:#a40e26;--remove-bg:#ffebe9;--remove-word:#ffcecb;
--change:#7d4e00;--change-bg:#fff8c5;--move:#0550ae;--move-bg:#ddf4ff}
@media (prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--soft:#9198a1;--line:#3d444d;--panel:#151b23;--link:#79c0ff;
--add:#56d364;--add-bg:#12261e;--add-word:#1f572f;--remove:#ff7b72;--remove-bg:#25171c;--remove-word:#792e2e;
--change:#e3b341;--change-bg:#272115;--move:#79c0ff;--move-bg:#121d2f}}
*{box-sizing:border-box}
html{scroll-padding-top:4rem}
body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,"Segoe UI",Helvetica,Arial,sans-serif}
header,main,footer{max-width:76rem;margin:0 auto;padding:0 1rem}
header{padding-top:1.5rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .5rem;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:2.25rem 0 .75rem;padding-bottom:.3rem;border-bottom:1px solid var(--line)}
h3{font-size:1rem;margin:1.25rem 0 .5rem}
p{margin:.4rem 0}
a{color:var(--link)}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:2px}
code{font:13px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;unicode-bidi:isolate;overflow-wrap:anywhere;white-space:pre-wrap}
h1 code{font-size:inherit}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:.5rem;background:var(--bg);padding:.25rem .5rem;z-index:2}
.soft{color:var(--soft)}
.lead{font-size:1.05rem}
.chips{display:flex;flex-wrap:wrap;gap:.4rem;margin:.6rem 0 0;padding:0;list-style:none}
.chip{border:1px solid var(--line);border-radius:2rem;padding:0 .65rem;background:var(--panel);white-space:nowrap}
.add.chip,.opened.chip{color:var(--add);background:var(--add-bg);border-color:var(--add)}
.remove.chip,.closed.chip{color:var(--remove);background:var(--remove-bg);border-color:var(--remove)}
.change.chip,.warn.chip{color:var(--change);background:var(--change-bg);border-color:var(--change)}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;list-style:none;padding:.6rem 0 0;margin:0}
.notice{border:1px solid var(--line);border-left:4px solid var(--soft);border-radius:4px;background:var(--panel);padding:.5rem .75rem;margin:.6rem 0}
.notice.warn{border-left-color:var(--change)}
.notice.remove,.notice.closed{border-left-color:var(--remove)}
.notice.opened{border-left-color:var(--add)}
.items{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(27rem,100%),1fr));gap:.5rem;margin:.4rem 0 1rem}.items .notice{margin:0}
.notice ul{margin:.3rem 0;padding-left:1.2rem}
.notice h3{margin:0 0 .2rem}
table{border-collapse:collapse;width:100%}
.wide{overflow-x:auto}
.numbers th,.numbers td{padding:.3rem .6rem;border:1px solid var(--line);text-align:left;vertical-align:top}
.numbers th{background:var(--panel);font-weight:600}
.numbers .n{text-align:right;font-variant-numeric:tabular-nums}
details>summary{cursor:pointer;padding:.35rem .5rem;overflow-wrap:anywhere}
details.group{border:1px solid var(--line);border-radius:6px;margin:.75rem 0}
details.group>summary{background:var(--panel);border-radius:6px;font-weight:600}
details.kind>summary{padding-left:0}
details.chain{border-top:1px solid var(--line)}
.diff td{padding:.1rem .5rem;vertical-align:top}
.diff .at{width:3.2rem;text-align:right;color:var(--soft);font:12px/1.6 ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;user-select:none}
.diff .sign{width:1.6rem;text-align:center;font-weight:700;font-family:ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.diff abbr{text-decoration:none}
.diff small{display:block;color:var(--soft);overflow-wrap:anywhere}
.diff .add{background:var(--add-bg)}.diff .add .sign{color:var(--add)}
.diff .remove{background:var(--remove-bg)}.diff .remove .sign{color:var(--remove)}
.diff .change,.diff .policy{background:var(--change-bg)}.diff .change .sign,.diff .policy .sign{color:var(--change)}
.diff .move{background:var(--move-bg)}.diff .move .sign{color:var(--move)}
.diff .keep,.diff .skip{color:var(--soft)}
ins{text-decoration:none;background:var(--add-word);border-radius:2px}
del{text-decoration:none;background:var(--remove-word);border-radius:2px}
#tools{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;gap:.5rem .9rem;align-items:center;background:var(--bg);border-bottom:1px solid var(--line);padding:.5rem 0}
#tools[hidden],tr[hidden],details[hidden]{display:none}
#tools input[type=search]{flex:1 1 14rem;min-width:10rem;font:inherit;color:inherit;background:var(--panel);border:1px solid var(--line);border-radius:4px;padding:.3rem .5rem}
button{font:inherit;color:inherit;background:var(--panel);border:1px solid var(--line);border-radius:4px;padding:.25rem .6rem;cursor:pointer}
label{white-space:nowrap}
.drawing{overflow-x:auto;border:1px solid var(--line);border-radius:6px;padding:.5rem;margin:.75rem 0}
.drawing svg{display:block;max-width:none}
.drawing .cluster>polygon{fill:none;stroke:var(--line)}
.drawing .graph>polygon{fill:none;stroke:none}
.drawing text{fill:var(--fg)}
.drawing .node path,.drawing .node polygon{fill:var(--panel);stroke:var(--soft)}
.drawing .edge path,.drawing .edge polygon{stroke:var(--soft)}.drawing .edge polygon{fill:var(--soft)}
.drawing .node.new path{fill:var(--add-bg);stroke:var(--add)}
.drawing .edge.new path,.drawing .edge.new polygon{stroke:var(--add)}.drawing .edge.new polygon{fill:var(--add)}
.drawing .node.gone path{fill:var(--remove-bg);stroke:var(--remove)}
.drawing .edge.gone path,.drawing .edge.gone polygon{stroke:var(--remove)}.drawing .edge.gone polygon{fill:var(--remove)}
.drawing .node.changed path{fill:var(--change-bg);stroke:var(--change)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1rem;margin:0}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
footer{margin-top:2.5rem;padding-top:.75rem;padding-bottom:2rem;border-top:1px solid var(--line);color:var(--soft)}
@media (max-width:40rem){body{font-size:14px}.diff td{padding:.1rem .2rem}.diff .at{width:1.6rem}.diff .sign{width:1.2rem}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}#tools{position:static}}
@media print{:root{--bg:#fff;--fg:#000;--soft:#444;--line:#999;--panel:#f4f4f4;--link:#000;--add:#0a4d1c;--add-bg:#e9f9ec;--add-word:#c9efd2;--remove:#8c0b20;--remove-bg:#fdeceb;--remove-word:#f7cfcb;--change:#5c3a00;--change-bg:#fdf6d8;--move:#043f86;--move-bg:#e8f3fd}
@page{margin:14mm}
body{font-size:10pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}header,main,footer{max-width:none;padding:0}
nav,#tools,.skip{display:none!important}tr,.notice{break-inside:avoid}h2,summary{break-after:avoid}
details::details-content{content-visibility:visible;block-size:auto;display:block}
.drawing{overflow:visible;border:0;padding:0}.drawing svg{max-width:100%;height:auto}}
`;
