// Runs the real Code.gs against a real server: set up, install, edit, one minute. Given by the environment: where the
// service is (PORT), the secret, the spreadsheets. Prints one JSON value: what was sent, answered and said.
'use strict';

const { spawnSync } = require('node:child_process');

const { Project } = require('./google.js');

// Apps Script waits for an answer, Node does not: another process waits in its place
const POST = `
  const http = require('node:http');
  const given = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
  const body = Buffer.from(given.body, 'base64');
  const options = { host: '127.0.0.1', port: given.port, path: given.path, method: given.method,
    headers: { ...given.headers, 'Content-Length': body.length } };
  const request = http.request(options, (answer) => { answer.resume(); console.log(answer.statusCode); });
  request.on('error', (error) => { console.error(error.code); process.exitCode = 1; });
  request.end(body);
`;

function post(port, one) {
  const given = { port, path: new URL(one.url).pathname, method: one.method, headers: one.headers, body: one.body.toString('base64') };
  const done = spawnSync(process.execPath, ['-e', POST], { input: JSON.stringify(given), encoding: 'utf8' });
  if (done.status !== 0) {
    throw new Error(`Address unavailable: ${done.stderr.trim()}`);
  }
  return Number(done.stdout);
}

const given = JSON.parse(process.env.GIVEN);
const project = new Project({ HOOK_URL: 'https://tonghop.vidu.example', SECRET: given.secret, SPREADSHEETS: given.spreadsheets });
project.clock.now = given.now * 1000;
const exchanged = [];
project.fetcher.answer = (one) => {
  const code = post(given.port, one);
  exchanged.push({ url: one.url, method: one.method, headers: one.headers, body: one.body.toString('base64'), code });
  return code;
};
project.run('setUp');
project.run('install');
given.spreadsheets.forEach((id) => project.edit(id));
for (let minute = 0; minute < (given.minutes || 1); minute += 1) {
  project.run('flush');
}
console.log(JSON.stringify({ exchanged, said: project.said, marks: project.properties.getProperties() }));
