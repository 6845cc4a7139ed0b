import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import tap from 'tap'
import { hasBytes, pattern } from '../fixture/files.js'
import { Guide } from '../fixture/guide.js'
import { Computer } from '../fixture/lan.js'
import { LinkedApplication } from '../fixture/linked-application.js'
import { needs, needsNamespace } from '../fixture/process.js'

const FILM = pattern(6_000_000)
const LIVE = '/etc/letsencrypt/live/media.example.org'

/**
 * What the machine of the guide has, and this one may not: an init that starts the command of the unit with its
 * variables, and an authority that certifies the name.
 */
const PROGRAMS = {
  sudo: 'exec "$@"',
  apt: 'exit 0',
  systemctl: `
    unit=/etc/systemd/system/lastbyte.service
    start() {
      command=$(sed -n 's/^ExecStart=//p' $unit)
      ( set -a; export $(sed -n 's/^Environment=//p' $unit); . /etc/lastbyte.env
        $command < /dev/null > /run/lastbyte.log 2>&1 & echo $! > /run/lastbyte.pid )
    }
    stop() {
      kill "$(cat /run/lastbyte.pid)"
      tail --pid="$(cat /run/lastbyte.pid)" -f /dev/null
    }
    case "$1 $2" in
      'daemon-reload ') ;;
      'enable --now') start ;;
      'restart lastbyte') stop; start ;;
      'disable --now') stop ;;
      'reload nginx') if [ -s /run/nginx.pid ]; then nginx -s reload; else nginx > /run/nginx.log 2>&1; fi ;;
      *) exit 1 ;;
    esac`,
  certbot: `
    mkdir -p ${LIVE}
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 \\
      -subj /CN=media.example.org -addext subjectAltName=DNS:media.example.org \\
      -keyout ${LIVE}/privkey.pem -out ${LIVE}/fullchain.pem 2> /dev/null`,
}

const needed = [
  needs('nginx', 'curl', 'openssl', 'ip', 'nsenter', 'npm'),
  await needsNamespace('net'),
  await needsNamespace('mount'),
]
const { skip } = needed.find((each) => each.skip !== false) ?? { skip: false as const }

tap.test(
  'docs/guides/behind-nginx.md: a service behind nginx with TLS, and downloads through its restart',
  skip ? { skip } : {},
  async (t) => {
    using application = new LinkedApplication()
    const { folder, environment } = application
    for (const [name, script] of Object.entries(PROGRAMS))
      chmodSync(application.write(`bin/${name}`, `#!/bin/sh\nset -e\n${script}\n`), 0o755)
    application.write('film.mp4', FILM)
    const variables = {
      ...environment,
      PATH: `${join(folder, 'bin')}:${environment.PATH}`,
      CURL_CA_BUNDLE: `${LIVE}/fullchain.pem`,
      NODE_EXTRA_CA_CERTS: `${LIVE}/fullchain.pem`,
    }
    await using server = new Computer(folder, variables, ['/etc', '/run', '/srv', '/var'])
    await server.boot()
    await server.must(`mkdir -p /etc/systemd/system
      echo 127.0.0.1 media.example.org >> /etc/hosts
      rm -f /run/nginx.pid`)
    const guide = new Guide('behind-nginx')
    const film = join(folder, 'download.mp4')

    await server.must(guide.next('sudo npm install'))
    const started = await server.must(guide.next('examples='))
    t.match(started.stdout, /ready\n$/)
    await server.must(guide.next('sudo apt install certbot'))
    const configured = await server.must(guide.next('examples='))
    t.match(configured.stderr, /syntax is ok[\s\S]*test is successful/)

    const { stdout: head } = await server.must(guide.next('curl -sI'))
    t.match(head, /^HTTP\/2 200/)
    t.match(head, /^etag: "/m)
    t.match(head, /^accept-ranges: bytes/m)
    t.match((await server.must(guide.next('curl -s https'))).stdout, /identical\n$/)
    const checked = await server.run(guide.next('lastbyte check'))
    t.match(checked.stdout, /^Level: proves.* 0 of \d+ checks failed/m, checked.stdout)
    t.match((await server.must(guide.next('curl -s http:'))).stdout, 'lastbyte_transfers_total')
    const outside = 'curl -s -o /dev/null -w "%{http_code}" https://media.example.org/-/metrics'
    t.equal((await server.must(outside)).stdout, '404')

    const get = server.start(
      `lastbyte get https://media.example.org/film.mp4 -o ${film} --limit-rate 3M`,
    )
    await hasBytes(`${film}.part`, 1_000_000)
    await server.must(guide.next('sudo systemctl restart'))
    const { code, stderr } = await get.exit
    t.equal(code, 0, stderr)
    t.ok(readFileSync(film).equals(FILM), 'a download goes on through the restart')

    await server.must(guide.next('sudo systemctl disable'))
    t.not((await server.run('curl -s http://127.0.0.1:8080/')).code, 0)
    await server.run('nginx -s stop')
    t.strictSame(guide.left, [])
  },
)
