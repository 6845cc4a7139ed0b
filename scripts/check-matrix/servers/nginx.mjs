import { join } from 'node:path'
import { write } from '../scratch.mjs'

/** One nginx that serves a folder. Other servers are put in front of the same one. */
export const nginx = {
  id: 'nginx',
  name: 'nginx',
  needs: { command: 'nginx', packages: ['nginx-light'] },
  version: { args: ['-v'], pattern: /nginx\/(\S+)/ },
  setting: '`gzip_static on`',
  start: ({ folder, scratch, port }) => ({
    command: 'nginx',
    args: [
      '-e',
      'stderr',
      '-p',
      scratch,
      '-c',
      write(scratch, 'nginx.conf', configOf({ folder, scratch, port })),
    ],
  }),
}

function configOf({ folder, scratch, port }) {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `  ${kind}_temp_path ${join(scratch, kind)};`)
    .join('\n')
  return `
daemon off;
worker_processes 1;
error_log stderr;
pid ${join(scratch, 'nginx.pid')};
events {}
http {
${temporary}
  access_log off;
  sendfile on;
  types {
    text/html html;
    video/mp4 mp4;
  }
  server {
    listen 127.0.0.1:${port};
    root ${folder};
    gzip_static on;
  }
}
`
}
