// SPDX-License-Identifier: MIT
//
// The style sheet of reports.

#pragma once

#include <string_view>

namespace macaw_shell {

inline constexpr std::string_view report_style = R"css(
:root {
  color-scheme: light dark;
  --ground: #f5f3ee; --card: #fffefb; --ink: #20242a; --soft: #6d7278; --line: #e3dfd5; --track: #ece8de;
  --accent: #1f8a6d; --warn: #b3261e; --warn-ground: #fdecea;
  --meta: #7c5cd6; --catalog: #d1538f; --branch: #e58a2b; --leaf: #2d9d7d; --large: #3f7fd6;
  --space-log: #b9a11b; --waiting: #a3765a; --free: #e4e0d5; --slack: #f1eee6; --lost: #d6342b;
  --age-0: #f9c846; --age-1: #f7a145; --age-2: #f07b52; --age-3: #df5867; --age-4: #c23f7c; --age-5: #9c3388;
  --age-6: #733087; --age-7: #4b2d78;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171a; --card: #1b1f23; --ink: #e9e6df; --soft: #969ea6; --line: #2c3238; --track: #272c31;
    --accent: #4fc3a1; --warn: #ff8a80; --warn-ground: #3a1e1c;
    --meta: #9d83ee; --catalog: #e377aa; --branch: #f0a04e; --leaf: #3fb592; --large: #5f9bef;
    --space-log: #d0b93c; --waiting: #bf9075; --free: #2b3036; --slack: #212529; --lost: #ff5f56;
    --age-4: #c94a87; --age-5: #a94397; --age-6: #8443a0; --age-7: #5f41a0;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; padding: 40px 24px 56px; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", Roboto, Cantarell, sans-serif;
}
main { max-width: 1160px; margin: 0 auto; display: grid; gap: 20px; grid-template-columns: repeat(12, minmax(0, 1fr)); }
header { grid-column: 1 / -1; display: flex; gap: 18px; align-items: center; }
header svg { width: 52px; height: 52px; flex: none; }
h1 { margin: 0; font-size: 30px; line-height: 1.2; font-weight: 680; letter-spacing: -0.015em; overflow-wrap: anywhere; }
h2 { margin: 0; font-size: 16px; font-weight: 650; letter-spacing: -0.005em; }
p { margin: 0; }
.soft, .note { color: var(--soft); }
.note { font-size: 13px; margin-top: 2px; }
.number { font-variant-numeric: tabular-nums; }
.card {
  grid-column: 1 / -1; background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 20px 22px;
  min-width: 0;
}
.half { grid-column: span 6; }
.tiles { grid-column: 1 / -1; display: grid; gap: 12px; grid-template-columns: repeat(6, minmax(0, 1fr)); }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 14px 16px; }
.tile b { display: block; font-size: 23px; line-height: 1.25; font-weight: 640; letter-spacing: -0.02em; white-space: nowrap; }
.tile span { font-size: 13px; color: var(--soft); }
.warning { grid-column: 1 / -1; background: var(--warn-ground); color: var(--warn); border-radius: 14px; padding: 12px 18px; }
.bar { display: flex; height: 14px; border-radius: 7px; overflow: hidden; background: var(--track); gap: 1px; }
.bar i { display: block; min-width: 2px; }
.legend { display: flex; flex-wrap: wrap; gap: 6px 22px; margin: 14px 0 0; padding: 0; list-style: none; font-size: 13.5px; }
.legend li { display: flex; gap: 8px; align-items: baseline; }
.legend i, .ramp i { display: inline-block; width: 11px; height: 11px; border-radius: 3px; flex: none; transform: translateY(1px); }
.legend i.slack { border: 1px solid var(--soft); }
.ramp { display: flex; align-items: center; gap: 10px; margin-top: 12px; font-size: 13px; color: var(--soft); }
.ramp span.steps { display: flex; }
.ramp i { width: 22px; border-radius: 0; transform: none; }
.ramp i:first-child { border-radius: 3px 0 0 3px; }
.ramp i:last-child { border-radius: 0 3px 3px 0; }
svg { display: block; }
svg.map, svg.chart { width: 100%; height: auto; margin-top: 16px; }
svg.map rect:hover, svg.level rect:hover, svg.chart rect.hit:hover { stroke: var(--ink); stroke-width: 1; }
svg text { fill: var(--soft); font-size: 11px; font-variant-numeric: tabular-nums; }
svg .rule { stroke: var(--line); stroke-width: 1; }
.meta { background: var(--meta); fill: var(--meta); } .catalog { background: var(--catalog); fill: var(--catalog); }
.branch { background: var(--branch); fill: var(--branch); } .leaf { background: var(--leaf); fill: var(--leaf); }
.large { background: var(--large); fill: var(--large); }
.space_log { background: var(--space-log); fill: var(--space-log); }
.waiting { background: var(--waiting); fill: var(--waiting); } .free { background: var(--free); fill: var(--free); }
.slack { background: var(--slack); fill: var(--slack); } .lost { background: var(--lost); fill: var(--lost); }
svg .slack { stroke: var(--line); stroke-width: 0.6; }
.age-0 { background: var(--age-0); fill: var(--age-0); } .age-1 { background: var(--age-1); fill: var(--age-1); }
.age-2 { background: var(--age-2); fill: var(--age-2); } .age-3 { background: var(--age-3); fill: var(--age-3); }
.age-4 { background: var(--age-4); fill: var(--age-4); } .age-5 { background: var(--age-5); fill: var(--age-5); }
.age-6 { background: var(--age-6); fill: var(--age-6); } .age-7 { background: var(--age-7); fill: var(--age-7); }
table { width: 100%; border-collapse: collapse; margin-top: 10px; font-size: 14px; }
th { text-align: left; font-weight: 500; font-size: 12.5px; color: var(--soft); padding: 6px 10px; }
td { border-top: 1px solid var(--line); padding: 9px 10px; vertical-align: middle; }
th:first-child, td:first-child { padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
td.number, th.number { text-align: right; white-space: nowrap; }
td.name { max-width: 230px; overflow-wrap: anywhere; font-weight: 600; }
td.name small, .tree small { display: block; font-weight: 400; color: var(--soft); font-size: 12px; overflow-wrap: anywhere; }
td.share { width: 26%; min-width: 120px; }
.share .bar { height: 10px; border-radius: 5px 0 0 5px; background: none; }
.share .bar i:last-child { border-radius: 0 5px 5px 0; }
.tree { margin-top: 18px; }
.tree + .tree { border-top: 1px solid var(--line); padding-top: 18px; }
.tree h3 { margin: 0; font-size: 14.5px; font-weight: 620; overflow-wrap: anywhere; }
.levels { display: grid; grid-template-columns: 132px minmax(0, 1fr); gap: 4px 14px; margin-top: 10px; align-items: center; }
.levels span { font-size: 12.5px; color: var(--soft); text-align: right; white-space: nowrap; }
svg.level { width: 100%; height: 20px; border-radius: 4px; background: var(--track); }
footer { grid-column: 1 / -1; color: var(--soft); font-size: 12.5px; text-align: center; padding-top: 6px; }
@media (max-width: 860px) {
  body { padding: 24px 14px 40px; }
  .half { grid-column: 1 / -1; }
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  td.share, th.share { display: none; }
  .levels { grid-template-columns: 96px minmax(0, 1fr); }
}
@media print { body { background: none; padding: 0; } .card, .tile { break-inside: avoid; } }
)css";

}  // namespace macaw_shell
