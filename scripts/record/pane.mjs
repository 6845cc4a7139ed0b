// A page of Chromium that is filmed: its frames are files, with the time at which each was painted.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

export class Pane {
  #frames = []

  constructor(page, folder, name) {
    this.page = page
    this.folder = folder
    this.name = name
  }

  /** Opens a page of its own window and films it from now on. */
  static async open(browser, { folder, name, width, height }) {
    const viewport = { width, height }
    const context = await browser.newContext({ viewport, colorScheme: 'dark' })
    const pane = new Pane(await context.newPage(), folder, name)
    pane.session = await context.newCDPSession(pane.page)
    pane.session.on('Page.screencastFrame', (frame) => pane.#keep(frame))
    await pane.session.send('Page.startScreencast', { format: 'png', everyNthFrame: 1 })
    return pane
  }

  #keep({ data, metadata, sessionId }) {
    const file = join(this.folder, `${this.name}-${this.#frames.length}.png`)
    writeFileSync(file, Buffer.from(data, 'base64'))
    this.#frames.push({ at: metadata.timestamp * 1000, file })
    this.session.send('Page.screencastFrameAck', { sessionId }).catch(() => {})
  }

  async stop() {
    await this.session.send('Page.stopScreencast')
  }

  /** The frame that was visible at a time (ms since 1970). */
  frameAt(time) {
    return (this.#frames.findLast(({ at }) => at <= time) ?? this.#frames[0]).file
  }
}
