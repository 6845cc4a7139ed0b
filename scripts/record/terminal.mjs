// A terminal as a page: what is typed and printed is appended, and the last lines are visible.
const PAGE = `<!doctype html><meta charset="utf-8"><style>
  body { margin: 0; background: #10151c; color: #c9d4e0; font: 15px/23px 'DejaVu Sans Mono', monospace }
  main { position: fixed; inset: 0; padding: 10px 16px; white-space: pre }
  .typed { color: #fff; font-weight: bold } .note { color: #f0b35e }
</style><main></main>`

/** The pause between two typed characters, in ms. */
const KEY = 22

export class Terminal {
  constructor(page) {
    this.page = page
  }

  static async open(page) {
    await page.setContent(PAGE)
    return new Terminal(page)
  }

  /** Appends to the last line. */
  #append(text, kind) {
    return this.page.evaluate(
      ([text, kind]) => {
        const span = document.createElement('span')
        span.className = kind
        span.textContent = text
        document.querySelector('main').append(span)
      },
      [text, kind],
    )
  }

  async type(command) {
    await this.#append('$ ', 'prompt')
    for (const character of command) {
      await this.#append(character, 'typed')
      await new Promise((resolve) => setTimeout(resolve, KEY))
    }
    await this.#append('\n', 'typed')
  }

  print(line, kind = 'printed') {
    return this.#append(`${line}\n`, kind)
  }
}
