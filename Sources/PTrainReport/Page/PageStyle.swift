/// How a report looks: on light and dark screens, and on paper.
enum PageStyle {
  static let sheet: Markup = """
    :root { color-scheme: light dark; --ground: #fdfdfb; --ink: #1c1c1e; --faint: #6b6b70; --rule: #d9d9d4;
      --panel: #f4f4f0; --training: #b3541e; --validation: #1f5fa8; --good: 31, 95, 168; --bad: 190, 60, 30;
      --compute: #4c8c5a; --data: #d59b2a; --reduction: #8a5fb0; }
    @media (prefers-color-scheme: dark) { :root { --ground: #17181a; --ink: #ececee; --faint: #a2a2a8; --rule: #3b3c40;
      --panel: #212226; --training: #f09a5c; --validation: #7ab4f5; --good: 62, 122, 190; --bad: 200, 85, 60;
      --compute: #7cc08a; --data: #e6b655; --reduction: #b994dd; } }
    * { box-sizing: border-box; }
    body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; background: var(--ground); color: var(--ink);
      font: 1rem/1.5 system-ui, sans-serif; }
    h1 { font-size: 1.7rem; margin: 0; overflow-wrap: anywhere; }
    h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid var(--rule); }
    h3 { font-size: 1rem; margin: 1.2rem 0 .4rem; }
    p { margin: .4rem 0; }
    .faint, figcaption, caption { color: var(--faint); }
    .figures { display: flex; flex-wrap: wrap; gap: .8rem; margin: 1rem 0; padding: 0; list-style: none; }
    .figures li { background: var(--panel); border-radius: .5rem; padding: .5rem 1rem; }
    .figures b { display: block; font-size: 1.35rem; }
    .columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 1rem; }
    .wide { overflow-x: auto; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
    caption { text-align: start; padding-bottom: .3rem; }
    th, td { padding: .15rem .7rem .15rem 0; text-align: start; vertical-align: top; }
    td.number, th.number { text-align: end; }
    td.number { white-space: nowrap; }
    .facts th { font-weight: 500; color: var(--faint); white-space: nowrap; }
    .facts td { overflow-wrap: anywhere; }
    .rows tr + tr > * { border-top: 1px solid var(--rule); }
    .best > * { font-weight: 700; }
    .confusion th, .confusion td { padding: .25rem .5rem; text-align: center; border: 1px solid var(--ground); }
    .confusion td { min-width: 2.4rem; }
    .hit { background: rgba(var(--good), var(--share)); }
    .miss { background: rgba(var(--bad), var(--share)); }
    .zero { color: var(--faint); }
    figure { margin: 0; }
    svg { width: 100%; height: auto; display: block; font: 13px system-ui, sans-serif; }
    svg text { fill: var(--ink); }
    svg .tick { fill: var(--faint); font-size: 12px; }
    .grid { stroke: var(--rule); stroke-width: 1; }
    .axis { stroke: var(--faint); stroke-width: 1; }
    .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
    .training { stroke: var(--training); } .validation { stroke: var(--validation); stroke-dasharray: 7 3; }
    circle.training { fill: var(--training); stroke: none; } circle.validation { fill: var(--validation); stroke: none; }
    .mark { stroke: var(--faint); stroke-dasharray: 2 4; stroke-width: 1.5; }
    .compute { fill: var(--compute); } .data { fill: var(--data); } .reduction { fill: var(--reduction); }
    .gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(7.6rem, 1fr)); gap: .7rem; margin: .6rem 0;
      padding: 0; list-style: none; }
    .gallery img { width: 100%; height: auto; image-rendering: pixelated; border: 1px solid var(--rule); }
    .gallery figcaption { font-size: .82rem; line-height: 1.3; }
    code { overflow-wrap: anywhere; font-size: .9em; }
    @media print { body { max-width: none; padding: 0; font-size: 10pt; } figure, tr, .gallery li { break-inside: avoid; }
      h2 { break-after: avoid; } td, svg, .figures li { print-color-adjust: exact; } }
    """
}
