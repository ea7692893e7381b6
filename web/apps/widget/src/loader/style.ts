// The looks of the button and of the panel that holds the iframe. It lives in the shadow root, so the website's own
// style cannot reach it and it cannot reach the website.

export const STYLE = `
:host{all:initial;--a:var(--accent,#0b5d66);--o:var(--on-accent,#fff);--gap:var(--offset,20px);
font:600 16px/1.25 var(--font,system-ui,-apple-system,"Segoe UI",Roboto,sans-serif)}
button{min-height:52px;padding:0 22px;border:2px solid transparent;border-radius:var(--radius,26px);
background:var(--a);color:var(--o);font:inherit;cursor:pointer}
.launcher{position:fixed;bottom:max(var(--gap),env(safe-area-inset-bottom));z-index:2147483000;display:flex;align-items:center;
gap:10px;padding-left:18px;box-shadow:0 2px 6px #0003,0 8px 24px #0003}
.right{right:var(--gap)}.left{left:var(--gap)}
button:hover{filter:brightness(1.08)}
button:focus-visible{outline:3px solid var(--a);outline-offset:3px;box-shadow:0 0 0 3px #fff,0 8px 24px #0003}
button[hidden]{display:none}
svg{width:24px;height:24px;flex:none}
.badge{position:absolute;top:-8px;right:-6px;min-width:24px;height:24px;padding:0 6px;box-sizing:border-box;border-radius:12px;
background:#b3122b;color:#fff;border:2px solid #fff;font-size:13px;line-height:20px;text-align:center}
.badge:empty{display:none}
.quiet{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
dialog{position:fixed;inset:auto;bottom:var(--gap);z-index:2147483001;width:min(408px,calc(100vw - 2*var(--gap)));
height:min(712px,calc(100dvh - 2*var(--gap)));max-width:none;max-height:none;margin:0;padding:0;border:0;border-radius:18px;
overflow:hidden;background:Canvas;box-shadow:0 0 0 1px #0000001f,0 12px 48px #0005}
dialog.right{left:auto;right:var(--gap)}dialog.left{right:auto;left:var(--gap)}
dialog.full{inset:0;width:100%;height:100dvh;border-radius:0;box-shadow:none}
dialog::backdrop{background:none}
.cover{position:absolute;inset:0;display:flex;flex-direction:column;align-items:center;justify-content:center;gap:20px;
padding:24px;background:Canvas;color:CanvasText;text-align:center;line-height:1.5}
.cover p{margin:0;max-width:34ch;font-weight:400}
.x{position:absolute;top:8px;right:8px;min-height:0;width:44px;height:44px;padding:0;background:none;color:inherit;
font-size:28px;line-height:1}
iframe{display:block;width:100%;height:100%;border:0}
@media(prefers-reduced-motion:no-preference){button{transition:filter .15s}dialog[open]{animation:in .18s ease-out}
@keyframes in{from{opacity:0;transform:translateY(14px)}}}
@media(forced-colors:active){dialog{border:1px solid CanvasText}}
@media print{button,dialog{display:none}}
`;
