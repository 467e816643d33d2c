// The real Code.gs over stubs of Google's services: set up, installed, marked, sent, refused. Run by `node --test`.
'use strict';

const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const test = require('node:test');

const { Project, MOST_TRIGGERS } = require('./google.js');

const SECRET = 'mot-bi-mat-du-dai-0123';
const URL = 'https://tonghop.vidu.example';
const id = (number) => `bang-tinh-thu-${String(number).padStart(3, '0')}-abcdefghijk`;
const ids = (count) => Array.from({ length: count }, (_, number) => id(number));

function installed(count = 1, settings = {}) {
  const project = new Project({ HOOK_URL: URL, SECRET, SPREADSHEETS: ids(count), ...settings });
  project.run('setUp');
  project.type({ SECRET: '' });
  project.run('install');
  project.minute(); // what was marked by the installation itself
  project.fetcher.sent.length = 0;
  project.fetcher.batches.length = 0;
  project.said.length = 0;
  return project;
}

const told = (project) => project.fetcher.sent.map((one) => JSON.parse(one.body).spreadsheet_id);

function isSigned(one, secret = SECRET) {
  const message = Buffer.concat([
    Buffer.from(`${one.headers['X-Tonghop-Timestamp']}.${one.headers['X-Tonghop-Nonce']}.`),
    one.body,
  ]);
  const expected = crypto.createHmac('sha256', Buffer.from(secret)).update(message).digest('hex');
  return one.headers['X-Tonghop-Signature'] === `sha256=${expected}`;
}

test('an edit goes out once, signed, at the next minute', () => {
  const project = installed();
  project.edit(id(0));
  assert.equal(project.fetcher.sent.length, 0);

  project.minute();
  const sentAt = Math.floor(project.clock.now / 1000);
  project.minute();

  const [one] = project.fetcher.sent;
  assert.deepEqual(told(project), [id(0)]);
  assert.equal(one.url, `${URL}/hooks/sheet`);
  assert.equal(one.method, 'POST');
  assert.equal(one.headers['X-Tonghop-Timestamp'], String(sentAt));
  assert.equal(isSigned(one), true);
  assert.equal(one.followRedirects, false);
});

test('hexadecimal is right for every byte, the negative ones too', () => {
  const project = installed();
  for (let number = 0; number < 64; number += 1) {
    project.edit(id(0));
    project.minute();
  }

  const digests = project.fetcher.sent.map((one) => one.headers['X-Tonghop-Signature']);
  assert.equal(digests.every((text) => /^sha256=[0-9a-f]{64}$/.test(text)), true);
  assert.equal(project.fetcher.sent.every((one) => isSigned(one)), true);
  assert.equal(digests.some((text) => /[89a-f][0-9a-f]/.test(text.slice(7))), true);
});

test('a secret and a spreadsheet beyond ASCII are signed as the bytes that are posted', () => {
  const secret = 'bí mật đủ dài 🔑 0123';
  const project = new Project({ HOOK_URL: URL, SECRET: secret, SPREADSHEETS: ids(1) });
  project.run('setUp');
  project.properties.setProperty('marked:bảng-🙂-"\u0000', 'x');
  project.minute();

  const [one] = project.fetcher.sent;
  assert.equal(isSigned(one, secret), true);
  assert.equal(one.body.every((byte) => byte < 0x7f), true);
  assert.deepEqual(told(project), ['bảng-🙂-"\u0000']);
});

test('every request has a nonce of its own', () => {
  const project = installed(19);
  ids(19).forEach((one) => project.edit(one));
  project.minute();

  const nonces = project.fetcher.sent.map((one) => one.headers['X-Tonghop-Nonce']);
  assert.equal(new Set(nonces).size, 19);
  assert.equal(nonces.every((nonce) => /^[!-~]{1,128}$/.test(nonce)), true);
});

test('many dirty at once go out one request each, in one go', () => {
  const project = installed(19);
  ids(19).forEach((one) => project.edit(one));
  project.minute();

  assert.deepEqual(project.fetcher.batches, [19]);
  assert.deepEqual(told(project), ids(19));
});

test('a hundred edits in a minute cost one mark and one request, and no network', () => {
  const project = installed();
  const before = project.properties.writes;
  for (let number = 0; number < 100; number += 1) {
    project.edit(id(0));
  }
  assert.equal(project.properties.writes - before, 1);
  assert.equal(project.fetcher.sent.length, 0);

  project.minute();
  assert.deepEqual(told(project), [id(0)]);
});

test('a quiet minute asks nothing of the network and writes nothing', () => {
  const project = installed(5);
  const before = project.properties.writes;
  project.minute();

  assert.equal(project.fetcher.batches.length, 0);
  assert.equal(project.properties.writes, before);
});

test('an edit while a request is under way goes out the minute after', () => {
  const project = installed();
  project.edit(id(0));
  project.fetcher.answer = (_one, number) => {
    if (number === 0) {
      project.edit(id(0));
    }
    return 204;
  };
  project.minute();
  project.minute();
  project.minute();

  assert.deepEqual(told(project), [id(0), id(0)]);
});

test('an edit between any two steps of a flush is told of by a request after it', () => {
  const steps = [
    ['properties', 'getProperties'],
    ['cache', 'removeAll'],
    ['fetcher', 'answer'],
    ['properties', 'setProperty'],
    ['lock', 'releaseLock'],
  ];
  for (const [service, method] of steps) {
    for (const first of [true, false]) {
      const project = installed();
      project.edit(id(0));
      const own = project[service][method].bind(project[service]);
      let edits = 0;
      let sentBefore = null;
      project[service][method] = (...given) => {
        const edit = () => {
          if (edits === 0) {
            edits = 1;
            sentBefore = project.fetcher.sent.length;
            project.edit(id(0));
          }
        };
        if (first) {
          edit();
        }
        const answer = own(...given);
        edit();
        return answer;
      };
      project.minute();
      project.minute();

      assert.equal(project.fetcher.sent.length > sentBefore, true, `${service}.${method}`);
    }
  }
});

test('a flush between any two steps of a mark loses neither that edit nor one after it', () => {
  for (const [service, method] of [['cache', 'get'], ['cache', 'put'], ['properties', 'setProperty']]) {
    for (const first of [true, false]) {
      const project = installed();
      const own = project[service][method].bind(project[service]);
      let flushed = false;
      project[service][method] = (...given) => {
        const flush = () => {
          if (!flushed) {
            flushed = true;
            project.run('flush');
          }
        };
        if (first) {
          flush();
        }
        const answer = own(...given);
        flush();
        return answer;
      };
      project.edit(id(0));
      const between = project.fetcher.sent.length;
      project.edit(id(0));
      project.minute();

      assert.equal(project.fetcher.sent.length > between, true, `${service}.${method}`);
    }
  }
});

test('a mark that could not be kept is tried again by the next edit', () => {
  const project = installed();
  project.properties.beforeSet = () => {
    throw new Error('Service invoked too many times for one day: properties write.');
  };
  assert.throws(() => project.edit(id(0)), /too many times/);
  project.properties.beforeSet = () => {};

  project.edit(id(0));
  project.minute();
  assert.deepEqual(told(project), [id(0)]);
});

test('a cache that forgets loses nothing', () => {
  const project = installed();
  project.edit(id(0));
  project.cache.entries.clear();
  project.edit(id(0));
  project.minute();
  project.minute();

  assert.deepEqual(told(project), [id(0)]);
});

test('a nonce that was seen before is tried once more with another', () => {
  const project = installed();
  project.fetcher.answer = (_one, number) => (number === 0 ? 409 : 204);
  project.edit(id(0));
  project.minute();
  project.minute();

  const [first, second] = project.fetcher.sent;
  assert.equal(project.fetcher.sent.length, 2);
  assert.notEqual(first.headers['X-Tonghop-Nonce'], second.headers['X-Tonghop-Nonce']);
  assert.equal(isSigned(second), true);
});

test('a nonce refused twice waits for the next minute', () => {
  const project = installed();
  project.fetcher.answer = () => 409;
  project.edit(id(0));
  project.minute();
  assert.equal(project.fetcher.sent.length, 2);
  assert.match(project.words('error'), /409/);

  project.fetcher.answer = () => 204;
  project.minute();
  project.minute();
  assert.equal(project.fetcher.sent.length, 3);
});

for (const code of [500, 502, 503, 504, 401, 404, 400, 413, 301, 403, 429]) {
  test(`a ${code} keeps the mark, says why and never the secret`, () => {
    const project = installed(2);
    project.fetcher.answer = (one) => (JSON.parse(one.body).spreadsheet_id === id(0) ? code : 204);
    ids(2).forEach((one) => project.edit(one));
    project.minute();
    project.minute();
    assert.deepEqual(told(project), [id(0), id(1), id(0)]);
    assert.match(project.words('error'), new RegExp(`${id(0)}: ${code} – `));
    assert.equal(project.words().includes(SECRET), false);

    project.fetcher.answer = () => 204;
    project.minute();
    project.minute();
    assert.deepEqual(told(project).slice(3), [id(0)]);
  });
}

test('a server out of reach keeps every mark and tells no secret', () => {
  const project = installed(3);
  project.fetcher.answer = () => {
    throw new Error(`DNS error: https://x.vn with ${SECRET}`);
  };
  ids(3).forEach((one) => project.edit(one));
  project.minute();
  assert.match(project.words('error'), /phút sau gửi lại/);
  assert.equal(project.words().includes(SECRET), false);
  assert.equal(project.lock.holders, 0);

  project.fetcher.answer = () => 204;
  project.fetcher.sent.length = 0;
  project.minute();
  assert.deepEqual(told(project), ids(3));
});

test('a flush without the lock leaves everything to the one that has it', () => {
  const project = installed();
  project.edit(id(0));
  project.lock.isElsewhere = true;
  project.minute();
  assert.equal(project.fetcher.sent.length, 0);

  project.lock.isElsewhere = false;
  project.minute();
  assert.deepEqual(told(project), [id(0)]);
  assert.equal(project.lock.holders, 0);
});

test('a trigger that is not known is told by its spreadsheet', () => {
  const project = installed();
  project.run('onSheetChange', { triggerUid: 'la', source: { getId: () => id(0) } });
  project.minute();

  assert.deepEqual(told(project), [id(0)]);
});

for (const event of [undefined, null, {}, { triggerUid: '' }, { triggerUid: 'la' }, { source: null }]) {
  test(`an event that names nothing marks nothing: ${JSON.stringify(event)}`, () => {
    const project = installed();
    project.run('onSheetChange', event);
    project.minute();

    assert.equal(project.fetcher.sent.length, 0);
    assert.match(project.words('warn'), /Chạy lại install/);
  });
}

test('setUp keeps address and secret and says to remove it from the code', () => {
  const project = new Project({ HOOK_URL: `${URL}/`, SECRET });
  project.run('setUp');

  assert.equal(project.properties.getProperty('url'), `${URL}/hooks/sheet`);
  assert.equal(project.properties.getProperty('secret'), SECRET);
  assert.match(project.words(), /XÓA bí mật/);
  assert.equal(project.words().includes(SECRET), false);
});

test('setUp without the secret in the code keeps the one that is stored', () => {
  const project = installed();
  project.type({ HOOK_URL: 'https://noi-khac.vn/tonghop/hooks/sheet' });
  project.run('setUp');

  assert.equal(project.properties.getProperty('secret'), SECRET);
  assert.equal(project.properties.getProperty('url'), 'https://noi-khac.vn/tonghop/hooks/sheet');
});

test('setUp takes the spaces off that come with copying', () => {
  const project = new Project({ HOOK_URL: ` ${URL} `, SECRET: ` ${SECRET}\n` });
  project.run('setUp');

  assert.equal(project.properties.getProperty('secret'), SECRET);
});

for (const secret of ['', 'ngan', '0123456789abcde', ' '.repeat(40), 'x'.repeat(1001), 'đ'.repeat(9000)]) {
  test(`setUp refuses a secret of ${secret.length} characters and keeps nothing`, () => {
    const project = new Project({ HOOK_URL: URL, SECRET: secret });

    assert.throws(() => project.run('setUp'), /SECRET phải dài/);
    assert.equal(project.properties.values.size, 0);
  });
}

const NO_URLS = ['', 'tonghop.vn', 'http://tonghop.vn', 'https://', 'https://a@b.vn', 'https://a.vn/?x=1', 'https://a .vn',
  'javascript:alert(1)', `https://a.vn/${'x'.repeat(1000)}`];
for (const url of NO_URLS) {
  test(`setUp refuses “${url.slice(0, 30)}” as an address`, () => {
    const project = new Project({ HOOK_URL: url, SECRET });

    assert.throws(() => project.run('setUp'), /HOOK_URL phải là/);
    assert.equal(project.properties.values.size, 0);
  });
}

test('install makes one trigger a spreadsheet and one for the clock, and a second time nothing', () => {
  const project = installed(3);
  const kinds = () => project.triggers.all.map((one) => `${one.getHandlerFunction()} ${one.kind}`).sort();
  const before = project.triggers.all.map((one) => one.getUniqueId());
  project.run('install');

  assert.deepEqual(kinds(), ['flush every 1 minutes', ...Array(3).fill('onSheetChange change')]);
  assert.deepEqual(project.triggers.all.map((one) => one.getUniqueId()), before);
});

test('install has each new spreadsheet looked at once', () => {
  const project = installed(2);
  project.type({ SPREADSHEETS: ids(3) });
  project.run('install');
  project.minute();

  assert.deepEqual(told(project), [id(2)]);
});

test('install takes addresses and codes, twice the same as one', () => {
  const project = installed(1);
  project.type({ SPREADSHEETS: [`https://docs.google.com/spreadsheets/d/${id(0)}/edit#gid=5`, id(0), ` ${id(1)} `] });
  project.run('install');

  assert.deepEqual(project.triggers.all.map((one) => one.getTriggerSourceId()).filter(Boolean).sort(), ids(2));
});

test('install drops what is not wanted any more, doubles too, and forgets it', () => {
  const project = installed(3);
  project.edit(id(2));
  project.triggers.add('onSheetChange', id(0), 'change');
  project.triggers.add('flush', null, 'every 1 minutes');
  project.triggers.add('viec-khac', null, 'every 30 minutes');
  project.type({ SPREADSHEETS: ids(2) });
  project.run('install');
  project.minute();

  const handlers = project.triggers.all.map((one) => one.getHandlerFunction()).sort();
  assert.deepEqual(handlers, ['flush', 'onSheetChange', 'onSheetChange', 'viec-khac']);
  assert.deepEqual(told(project), []);
  assert.equal(project.properties.getKeys().some((key) => key.includes(id(2))), false);
});

test('install takes nineteen and refuses twenty without changing anything', () => {
  const project = installed(MOST_TRIGGERS - 1);
  assert.equal(project.triggers.all.length, MOST_TRIGGERS);
  project.type({ SPREADSHEETS: ids(MOST_TRIGGERS) });

  assert.throws(() => project.run('install'), /chỉ theo dõi được 19 bảng tính; SPREADSHEETS có 20/);
  assert.equal(project.triggers.all.length, MOST_TRIGGERS);
  assert.equal(project.lock.holders, 0);
});

test('install counts the triggers of other functions', () => {
  const project = installed(1);
  project.triggers.add('viec-khac', null, 'every 30 minutes');
  project.type({ SPREADSHEETS: ids(19) });

  assert.throws(() => project.run('install'), /chỉ theo dõi được 18/);
});

test('install replaces nineteen by nineteen others within the limit', () => {
  const project = installed(19);
  const others = ids(38).slice(19);
  project.type({ SPREADSHEETS: others });
  project.run('install');

  assert.deepEqual(project.triggers.all.map((one) => one.getTriggerSourceId()).filter(Boolean).sort(), others);
});

test('install watches what it can and names what it cannot', () => {
  const project = installed(1);
  project.triggers.unshared.add(id(1));
  project.type({ SPREADSHEETS: ids(3) });

  assert.throws(() => project.run('install'), new RegExp(`Không đặt được trigger cho: ${id(1)}`));
  assert.deepEqual(project.triggers.all.map((one) => one.getTriggerSourceId()).filter(Boolean), [id(0), id(2)]);
});

for (const rubbish of ['', 'x', 'https://docs.google.com/document/d/x', '../../etc', '=IMPORTXML("x")', '😀'.repeat(20), null, 5]) {
  test(`install refuses ${JSON.stringify(rubbish)} and changes nothing`, () => {
    const project = installed(1);
    project.type({ SPREADSHEETS: [id(1), rubbish] });

    assert.throws(() => project.run('install'), /không phải là địa chỉ hay mã bảng tính/);
    assert.equal(project.triggers.all.length, 2);
  });
}

test('install refuses an empty list and a missing set-up', () => {
  const bare = new Project({ SPREADSHEETS: ids(1) });
  assert.throws(() => bare.run('install'), /chạy setUp/);
  const project = installed(1, {});
  project.type({ SPREADSHEETS: [] });
  assert.throws(() => project.run('install'), /SPREADSHEETS đang trống/);
});

test('flush without a set-up says so and keeps the marks', () => {
  const project = installed();
  project.edit(id(0));
  project.properties.deleteProperty('secret');
  assert.throws(() => project.minute(), /chạy setUp/);
  assert.equal(project.lock.holders, 0);

  project.properties.setProperty('secret', SECRET);
  project.minute();
  assert.deepEqual(told(project), [id(0)]);
});

test('uninstall leaves nothing of ours, twice over', () => {
  const project = installed(3);
  project.edit(id(0));
  project.properties.setProperty('cua-viec-khac', '1');
  project.triggers.add('viec-khac', null, 'every 30 minutes');
  project.run('uninstall');
  project.run('uninstall');

  assert.deepEqual(project.properties.getKeys(), ['cua-viec-khac']);
  assert.deepEqual(project.triggers.all.map((one) => one.getHandlerFunction()), ['viec-khac']);
});

test('status tells what there is and never the secret', () => {
  const project = installed(2);
  project.edit(id(1));
  project.type({ SECRET });
  project.run('status');

  const words = project.words();
  assert.match(words, /Theo dõi 2 bảng tính/);
  assert.match(words, new RegExp(`${id(1)} – có sửa đổi chưa gửi`));
  assert.match(words, /Bí mật còn nằm trong mã/);
  assert.match(words, /204: 2/);
  assert.equal(words.includes(SECRET), false);
});

test('status of a project that was never set up says what to do', () => {
  const project = new Project();
  project.run('status');

  assert.match(project.words(), /CHƯA CÓ – chạy setUp/);
  assert.match(project.words(), /CHƯA CÓ – chạy install/);
});
