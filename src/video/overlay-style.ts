/** The style of the overlay, in a shadow root: a page's strict CSP permits constructed style sheets. */
export const OVERLAY_STYLE = `
:host{all:initial;position:absolute;z-index:1;display:block;pointer-events:none;color-scheme:light dark}
:host(:popover-open){position:fixed;inset:0;margin:0;border:0;padding:0;background:none;overflow:visible}
canvas{position:absolute;display:none}
.covers canvas{display:block}
.controls canvas{clip-path:inset(0 0 64px)}
.panel{position:absolute;left:8px;top:8px;max-width:calc(100% - 16px);box-sizing:border-box;display:none;
align-items:center;flex-wrap:wrap;gap:4px 10px;padding:8px 12px;border-radius:8px;
font:14px/1.4 system-ui,sans-serif;color:#1b1b1f;background:#fffffff2;box-shadow:0 1px 6px #0006}
.says .panel{display:flex;animation:appear .2s .8s both}
.below .panel{top:calc(100% + 4px);left:0;max-width:none;width:max-content}
button{pointer-events:auto;font:inherit;font-weight:600;min-height:32px;padding:2px 12px;border-radius:6px;
border:1px solid currentColor;background:none;color:inherit;cursor:pointer}
button:focus-visible{outline:2px solid currentColor;outline-offset:2px}
@keyframes appear{from{opacity:0}}
@media (pointer:coarse){button{min-height:44px}}
@media (prefers-color-scheme:dark){.panel{color:#f4f4f6;background:#1e1e23f2}}
@media (prefers-reduced-motion:reduce){.says .panel{animation-duration:1ms}}
@media (forced-colors:active){.panel{border:1px solid}}
`
