/** How the <video> of a page is guarded. */
export const GUARDS = ['naked', 'guarded', 'supervised'] as const
export type GuardKind = (typeof GUARDS)[number]

const VIDEO = '<video src="clip.mp4" controls muted autoplay></video>'

const SCRIPTS: Readonly<Record<GuardKind, string>> = {
  naked: '',
  guarded: '<script type="module" src="/-/assets/guard.js"></script>',
  supervised: `<script type="module">
    import { guard } from '/-/assets/guard.js'
    guard(document.querySelector('video'), { worker: 'off' })
  </script>`,
}

/** The pages of an origin: one for each kind of guard. */
export const PAGES: Readonly<Record<string, string>> = Object.fromEntries(
  GUARDS.map((kind) => [
    `${kind}.html`,
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${kind}</title>
${SCRIPTS[kind]}${VIDEO}</html>\n`,
  ]),
)
