import { escapeHtml } from './escape-html.js'

/**
 * The form for the token of a page that not everybody may see. A script shows it where the server refuses a request.
 *
 * @param what such as `the transfers`
 */
export function accessForm(what: string): string {
  return `<form id="access" hidden>
<p>To see ${escapeHtml(what)} of this server, enter its token, or open the URL that it has printed at its start.</p>
<p id="access-error" role="alert"></p>
<p><label for="token">Token</label> <input id="token" type="password" autocomplete="off" required spellcheck="false" autocapitalize="off"> <button>Open</button></p>
</form>`
}
