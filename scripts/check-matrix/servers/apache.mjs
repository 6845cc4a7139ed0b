import { join } from 'node:path'
import { write } from '../scratch.mjs'

const MODULES = ['mpm_event', 'authz_core', 'mime', 'filter', 'deflate']

export const apache = {
  id: 'apache',
  name: 'Apache httpd',
  needs: { command: 'apache2', packages: ['apache2-bin'] },
  version: { args: ['-v'], pattern: /Apache\/(\S+)/ },
  setting: '`mod_deflate` for HTML, as Debian enables it',
  // -X: one process, so that its end is the end of the server.
  start: ({ folder, scratch, port }) => ({
    command: 'apache2',
    args: [
      '-X',
      '-d',
      scratch,
      '-f',
      write(scratch, 'apache.conf', configOf({ folder, scratch, port })),
    ],
  }),
}

function configOf({ folder, scratch, port }) {
  const modules = MODULES.map(
    (name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`,
  ).join('\n')
  return `
${modules}
ServerName 127.0.0.1
Listen 127.0.0.1:${port}
# Started as root, Apache changes its user.
User #65534
Group #65534
DefaultRuntimeDir "${scratch}"
PidFile "${join(scratch, 'apache.pid')}"
ErrorLog "${join(scratch, 'error.log')}"
TypesConfig /dev/null
AddType text/html .html
AddType video/mp4 .mp4
AddOutputFilterByType DEFLATE text/html
DocumentRoot "${folder}"
<Directory "${folder}">
  Require all granted
</Directory>
`
}
