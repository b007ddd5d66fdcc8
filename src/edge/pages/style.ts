/** Where every page finds the one style sheet. */
export const STYLE_PATH = "/account/pages.css";

/** A file of its own, so that the pages' policy needs no inline style. Light and dark, narrow and wide. */
const STYLE = `:root {
  color-scheme: light dark;
  --ground: light-dark(#f5f6f8, #101216);
  --card: light-dark(#ffffff, #191c22);
  --ink: light-dark(#16181d, #eceef2);
  --muted: light-dark(#5b6270, #a0a8b6);
  --line: light-dark(#dfe2e8, #2d323c);
  --field: light-dark(#ffffff, #12151a);
  --field-fixed: light-dark(#eef0f3, #23272f);
  --field-line: light-dark(#878f9d, #6b7382);
  --accent: light-dark(#2a4fd0, #8fabff);
  --accent-ink: light-dark(#ffffff, #0d1533);
  --accent-hover: light-dark(#1f3fb0, #aabfff);
  --danger: light-dark(#b3261e, #ff9d94);
  --danger-ground: light-dark(#fdeceb, #3a1d1c);
  --good: light-dark(#17693a, #8bd8a8);
  --good-ground: light-dark(#e7f5ec, #16301f);
  --note-ground: light-dark(#eef2ff, #1c2440);
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; min-height: 100vh; display: flex; flex-direction: column;
  background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
.top { display: flex; align-items: center; justify-content: space-between; gap: 1rem; padding: 1rem clamp(1rem, 4vw, 2rem); }
.brand { display: inline-flex; align-items: center; gap: .5rem; font-weight: 700; letter-spacing: .06em; color: var(--ink); text-decoration: none; }
.brand svg { color: var(--accent); }
.brand .eye { fill: var(--ground); }
.who { color: var(--muted); font-size: .875rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
main { width: 100%; margin: 0 auto; padding: 0 1rem 3rem; }
main.narrow {
  max-width: 27rem; margin-top: clamp(.5rem, 6vh, 4rem); margin-bottom: 3rem; padding: clamp(1.25rem, 5vw, 2.25rem);
  background: var(--card); border: 1px solid var(--line); border-radius: 14px; box-shadow: 0 1px 2px rgb(0 0 0 / .05), 0 12px 32px rgb(0 0 0 / .06);
}
main.wide { max-width: 50rem; margin-top: .5rem; }
h1 { margin: 0 0 .5rem; font-size: 1.5rem; line-height: 1.25; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { margin: 0 0 .25rem; font-size: 1.0625rem; line-height: 1.35; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
.lead, .muted { color: var(--muted); }
.lead { margin-bottom: 1.5rem; }
.small { font-size: .875rem; }
a { color: var(--accent); text-underline-offset: .15em; }
a:hover { color: var(--accent-hover); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 6px; }
form { margin: 0; }
form.stack { display: grid; gap: 1rem; }
.field { display: grid; gap: .3rem; }
label, .label { font-weight: 600; font-size: .9375rem; }
.hint { color: var(--muted); font-size: .875rem; }
input[type="text"], input[type="email"], input[type="password"], select {
  width: 100%; min-height: 2.75rem; padding: .5rem .75rem; font: inherit; color: inherit;
  background: var(--field); border: 1px solid var(--field-line); border-radius: 8px;
}
input:focus-visible, select:focus-visible { outline-offset: 0; border-radius: 8px; border-color: var(--accent); }
input[readonly] { background: var(--field-fixed); border-color: var(--line); color: var(--muted); cursor: default; }
input[aria-invalid="true"] { border-color: var(--danger); border-width: 2px; }
fieldset { display: grid; gap: .5rem; margin: 0; padding: 0; border: 0; }
legend { padding: 0; margin-bottom: .3rem; font-weight: 600; font-size: .9375rem; }
.choice { display: flex; align-items: flex-start; gap: .6rem; font-weight: 400; }
.choice input { width: 1.15rem; height: 1.15rem; margin: .2rem 0 0; accent-color: var(--accent); flex: none; }
button, .button {
  display: inline-flex; align-items: center; justify-content: center; gap: .5rem; min-height: 2.75rem; padding: .5rem 1.1rem; border-radius: 8px;
  font: inherit; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer; border: 1px solid transparent;
  background: var(--accent); color: var(--accent-ink);
}
button:hover, .button:hover { background: var(--accent-hover); color: var(--accent-ink); }
button[disabled] { opacity: .55; cursor: progress; }
.full { width: 100%; }
.secondary, .secondary:hover { background: transparent; color: var(--ink); border-color: var(--field-line); }
.secondary:hover { border-color: var(--ink); }
.danger, .danger:hover { background: transparent; color: var(--danger); border-color: var(--danger); }
.danger:hover { background: var(--danger-ground); }
.compact { min-height: 2.25rem; padding: .25rem .8rem; font-size: .9375rem; }
.primary { order: -1; }
.row { display: flex; flex-wrap: wrap; gap: .75rem; }
.row > * { flex: 1 1 8rem; }
.row > button:not(.primary) { background: transparent; color: var(--ink); border-color: var(--field-line); }
.row > button:not(.primary):hover { border-color: var(--ink); }
.choices { list-style: none; margin: 0 0 1rem; padding: 0; display: grid; gap: .6rem; }
.choices .button { display: flex; justify-content: space-between; width: 100%; text-align: left; background: transparent; color: var(--ink); border-color: var(--field-line); }
.choices .button:hover { border-color: var(--accent); color: var(--accent); }
button.link, button.link:hover { min-height: 0; padding: 0; background: none; border: 0; color: var(--accent); font-weight: inherit; text-decoration: underline; text-underline-offset: .15em; }
.after { margin: 1.25rem 0 0; }
form + .hint, details + form { margin-top: 1.25rem; }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; }
.actions.even > * { flex: 1 1 8rem; }
.or { display: flex; align-items: center; gap: .75rem; margin: 1.25rem 0; color: var(--muted); font-size: .875rem; }
.or::before, .or::after { content: ""; flex: 1; border-top: 1px solid var(--line); }
.alert, .done, .note { margin: 0 0 1.25rem; padding: .75rem 1rem; border-radius: 8px; overflow-wrap: anywhere; }
.alert { background: var(--danger-ground); color: var(--danger); }
.done { background: var(--good-ground); color: var(--good); }
.note { background: var(--note-ground); }
.field .alert { margin: 0; padding: .4rem .7rem; font-size: .9375rem; }
h1 + p[role="alert"] { margin-top: .75rem; }
h2 + .copy { margin-top: .35rem; }
.copy {
  display: block; margin: 0 0 1.25rem; padding: .75rem 1rem; background: var(--ground); border: 1px solid var(--line); border-radius: 8px;
  font-size: .875rem; user-select: all;
}
main.narrow > :last-child { margin-bottom: 0; }
.card { margin: 1.25rem 0 0; padding: 1.25rem clamp(1rem, 3vw, 1.5rem); background: var(--card); border: 1px solid var(--line); border-radius: 14px; }
.card form.stack { max-width: 27rem; }
.card > p:last-child { margin-bottom: 0; }
.page-head { display: flex; justify-content: space-between; align-items: flex-start; gap: 1rem; margin-bottom: 1.25rem; }
.page-head > div { min-width: 0; }
.page-head p { margin: 0; }
.page-head form { flex: none; }
.card-head { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: .5rem 1rem; margin-bottom: .5rem; }
.card-head h2 { margin: 0; }
.rows { list-style: none; margin: 0; padding: 0; }
.rows > li { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .5rem 1rem; padding: .8rem 0; border-top: 1px solid var(--line); }
.rows > li:first-child { border-top: 0; }
.rows > li:last-child { padding-bottom: 0; }
.rows .what { flex: 1 1 16rem; min-width: 0; overflow-wrap: anywhere; }
.rows .compact, .card-head .compact { min-width: 10.5rem; }
.rows .inline-form .compact { min-width: 0; }
.rows .does { display: flex; flex-wrap: wrap; gap: .5rem; }
.rows details, .rows .hint { margin-top: .25rem; }
.rows .what strong { display: block; font-weight: 600; }
.badge { display: inline-block; padding: .1rem .5rem; border-radius: 8px; background: var(--note-ground); font-size: .8125rem; font-weight: 500; }
.badge.good { background: var(--good-ground); color: var(--good); }
.badge.warn { background: var(--danger-ground); color: var(--danger); }
.tag { display: inline-block; padding: .05rem .5rem; border-radius: 99px; background: var(--note-ground); color: var(--ink); font-size: .8125rem; font-weight: 500; }
.scopes { margin: 0 0 1.25rem; padding: 0; list-style: none; border: 1px solid var(--line); border-radius: 10px; }
.scopes > li { padding: .6rem .9rem; border-top: 1px solid var(--line); }
.scopes > li:first-child { border-top: 0; }
.scopes code { display: block; color: var(--muted); font-size: .8125rem; }
dl.facts { display: grid; grid-template-columns: auto 1fr; gap: .4rem 1.25rem; margin: .75rem 0 1.25rem; }
h1 + dl.facts { margin-top: 1.25rem; }
dl.facts dt { color: var(--muted); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
details > summary { cursor: pointer; color: var(--accent); font-weight: 600; width: fit-content; }
details[open] > summary { margin-bottom: .75rem; }
.inline-form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; }
.inline-form .field { flex: 1 1 12rem; }
code { font: .92em ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
[hidden] { display: none !important; }
@media (max-width: 30rem) {
  main.narrow { border-left: 0; border-right: 0; border-radius: 0; margin-top: 0; box-shadow: none; }
  .rows > li form, .rows > li .does, .rows > li .compact, .card-head > form, .card-head .compact { width: 100%; }
}
@media (prefers-reduced-motion: no-preference) { button, .button, input { transition: background-color .12s, border-color .12s; } }
@media (forced-colors: active) { button, .button { border-color: ButtonText; } }
`;

export function styleSheet(): Response {
  return new Response(STYLE, { headers: { "Content-Type": "text/css; charset=utf-8", "Cache-Control": "public, max-age=300" } });
}
