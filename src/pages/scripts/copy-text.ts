/**
 * Copies a text to the clipboard. Resolves to whether it was copied. A page by HTTP from another machine has no
 * `navigator.clipboard`.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const onCopy = (event: ClipboardEvent) => {
      event.clipboardData?.setData('text/plain', text)
      event.preventDefault()
    }
    document.addEventListener('copy', onCopy, { once: true })
    const isCopied = document.execCommand('copy')
    document.removeEventListener('copy', onCopy)
    return isCopied
  }
}
