/**
 * Báo cho tonghop biết bảng tính nào vừa có người sửa. Cách dùng: README.md bên cạnh tệp này.
 *
 * A standalone script of the operator's. An edit only leaves a mark here; once a minute one signed request goes out for
 * each marked spreadsheet. It reads no cell and sends none.
 */

// ---- Điền ba chỗ này, chạy setUp, rồi XÓA bí mật khỏi SECRET. ----
var HOOK_URL = ''; // địa chỉ dịch vụ, ví dụ 'https://tonghop.example.vn'
var SECRET = ''; // đúng như TONGHOP_HOOK_SECRET của dịch vụ
var SPREADSHEETS = []; // địa chỉ hoặc mã các bảng tính, nhiều nhất 19: ['https://docs.google.com/spreadsheets/d/…', '…']
// -------------------------------------------------------------------

var HOOK_PATH = '/hooks/sheet';
var SHORTEST_SECRET = 16;
var LONGEST_SECRET = 1000; // a property holds 9 kB
var LONGEST_URL = 1000;
var MOST_TRIGGERS = 20; // of one script, as Google counts; one of them is the clock
var CACHED_SECONDS = 60; // as often as flush runs
var LOCK_WAIT_MS = 1000;
var ID_PATTERN = /^[A-Za-z0-9_-]{20,128}$/;

// properties: what was marked last and what was sent last are kept apart, each written by one side alone, so that a mark
// made while a request is under way is never wiped out by its answer
var URL_KEY = 'url';
var SECRET_KEY = 'secret';
var LAST_KEY = 'last';
var MARKED = 'marked:';
var SENT = 'sent:';
var SHEET_OF = 'sheet:'; // a trigger's own id → its spreadsheet

/** Cất địa chỉ và bí mật vào script properties; chạy lại được. */
function setUp() {
  var properties = PropertiesService.getScriptProperties();
  var url = hookAddress_(HOOK_URL || properties.getProperty(URL_KEY) || '');
  var secret = String(SECRET || properties.getProperty(SECRET_KEY) || '').trim();
  if (secret.length < SHORTEST_SECRET || secret.length > LONGEST_SECRET) {
    throw new Error('SECRET phải dài từ ' + SHORTEST_SECRET + ' đến ' + LONGEST_SECRET +
      ' ký tự, đúng như TONGHOP_HOOK_SECRET của dịch vụ. Chưa lưu gì.');
  }
  properties.setProperty(URL_KEY, url);
  properties.setProperty(SECRET_KEY, secret);
  console.log('Đã lưu. Tin sẽ gửi tới ' + url);
  if (SECRET) {
    console.log('BÂY GIỜ XÓA bí mật khỏi dòng SECRET trong mã (để lại hai dấu nháy) và bấm Lưu. Sau đó chạy install.');
  }
}

/** Đặt trigger cho từng bảng tính trong SPREADSHEETS và một trigger mỗi phút; chạy lại chỉ bổ sung, bỏ bớt. */
function install() {
  locked_(function () {
    need_(settings_());
    var wanted = wantedSpreadsheets_();
    var ours = ourTriggers_();
    var others = ScriptApp.getProjectTriggers().length - ours.length;
    var most = MOST_TRIGGERS - others - 1;
    if (wanted.length > most) {
      throw new Error('Một script chỉ theo dõi được ' + most + ' bảng tính; SPREADSHEETS có ' + wanted.length +
        '. Tạo thêm một dự án script nữa cho phần còn lại, hoặc dùng push (tonghop watch). Chưa thay đổi gì.');
    }
    var kept = removeSuperfluous_(ours, wanted);
    var failed = addMissing_(wanted, kept);
    if (!kept.flush) {
      ScriptApp.newTrigger('flush').timeBased().everyMinutes(1).create();
    }
    forgetAllBut_(wanted);
    console.log('Đang theo dõi ' + (wanted.length - failed.length) + ' bảng tính; tin đầu tiên gửi trong vòng một phút.');
    if (failed.length) {
      throw new Error('Không đặt được trigger cho: ' + failed.join('; ') + '. Xem tài khoản này có quyền sửa không.');
    }
  });
}

/** Gỡ mọi trigger của script này, mọi dấu, địa chỉ và bí mật đã cất; chạy lại được. */
function uninstall() {
  locked_(function () {
    ourTriggers_().forEach(function (trigger) {
      ScriptApp.deleteTrigger(trigger);
    });
    var properties = PropertiesService.getScriptProperties();
    properties.getKeys().filter(isOurs_).forEach(function (key) {
      properties.deleteProperty(key);
    });
    console.log('Đã gỡ. Muốn dùng lại: setUp, rồi install.');
  });
}

/** Cho biết đang theo dõi gì, còn gì chưa gửi, lần gửi gần nhất ra sao; không hiện bí mật. */
function status() {
  var properties = PropertiesService.getScriptProperties().getProperties();
  var triggers = ourTriggers_();
  var sheets = triggers.filter(isOfSheet_);
  console.log('Địa chỉ: ' + (properties[URL_KEY] || 'CHƯA CÓ – chạy setUp'));
  console.log('Bí mật: ' + (properties[SECRET_KEY] ? 'đã cất' : 'CHƯA CÓ – chạy setUp'));
  if (SECRET) {
    console.warn('Bí mật còn nằm trong mã: xóa khỏi dòng SECRET rồi bấm Lưu.');
  }
  console.log('Trigger mỗi phút: ' + (sheets.length < triggers.length ? 'có' : 'CHƯA CÓ – chạy install'));
  console.log('Theo dõi ' + sheets.length + ' bảng tính.');
  sheets.forEach(function (trigger) {
    var id = trigger.getTriggerSourceId();
    console.log('  ' + id + (isDirty_(properties, id) ? ' – có sửa đổi chưa gửi' : ''));
  });
  console.log('Lần gửi gần nhất: ' + (properties[LAST_KEY] || 'chưa có'));
}

/** Trigger của từng bảng tính: chỉ đánh dấu, không ra mạng. */
function onSheetChange(e) {
  var properties = PropertiesService.getScriptProperties();
  var id = sheetOf_(properties, e);
  if (!id) {
    console.warn('Có sửa đổi nhưng không rõ ở bảng tính nào. Chạy lại install.');
    return;
  }
  // marked within this minute already: the request still to come tells of this edit too. Written before the mark, and
  // taken away before that request goes out
  var cache = CacheService.getScriptCache();
  if (cache.get(MARKED + id)) {
    return;
  }
  cache.put(MARKED + id, '1', CACHED_SECONDS);
  try {
    properties.setProperty(MARKED + id, Utilities.getUuid());
  } catch (error) {
    cache.remove(MARKED + id);
    throw error;
  }
}

/** Trigger mỗi phút: mỗi bảng tính đã đánh dấu một tin có ký, gửi cùng lúc. */
function flush() {
  var lock = LockService.getScriptLock();
  if (!lock.tryLock(LOCK_WAIT_MS)) {
    console.log('Lần gửi trước chưa xong; để phút sau.');
    return;
  }
  try {
    flushLocked_();
  } finally {
    lock.releaseLock();
  }
}

function flushLocked_() {
  var store = PropertiesService.getScriptProperties();
  var marks = store.getProperties();
  var known = dirtySheets_(marks);
  if (!known.length) {
    return;
  }
  var settings = need_(settings_());
  // before the requests: whoever edits from now on marks anew
  CacheService.getScriptCache().removeAll(known.map(function (id) {
    return MARKED + id;
  }));
  var counts = {};
  var used = send_(known, settings, store, marks, counts);
  if (used.length) {
    // this very nonce was seen before: a retry of Google's own perhaps; once more with another
    used = send_(used, settings, store, marks, counts);
    used.forEach(function (id) {
      tell_(id, 409);
    });
  }
  var last = Object.keys(counts).sort().map(function (code) {
    return code + ': ' + counts[code];
  });
  store.setProperty(LAST_KEY, (new Date().toISOString() + ' – ' + last.join(', ')).slice(0, 500));
}

/** Sends one request a spreadsheet, all at once; returns those whose nonce was refused. */
function send_(ids, settings, store, marks, counts) {
  var requests = ids.map(function (id) {
    return request_(id, settings);
  });
  var answers;
  try {
    answers = UrlFetchApp.fetchAll(requests);
  } catch (error) {
    // all lead to one server: what keeps one from it keeps all. The marks stay
    console.error('Không gửi được tin nào, phút sau gửi lại: ' + without_(String(error), settings.secret));
    counts['lỗi mạng'] = (counts['lỗi mạng'] || 0) + ids.length;
    return [];
  }
  var used = [];
  answers.forEach(function (answer, index) {
    var id = ids[index];
    var code = answer.getResponseCode();
    counts[code] = (counts[code] || 0) + 1;
    if (code >= 200 && code < 300) {
      // not "no mark", but "this mark was sent": one made meanwhile is another, and goes out next minute
      store.setProperty(SENT + id, marks[MARKED + id]);
    } else if (code === 409) {
      used.push(id);
    } else {
      tell_(id, code);
    }
  });
  return used;
}

/** Says what a refusal means; the mark stays, so that it is said again each minute until somebody looks. */
function tell_(id, code) {
  var reasons = {
    400: 'dịch vụ không đọc được tin; dùng Code.gs cùng phiên bản với dịch vụ',
    401: 'chữ ký không được nhận: bí mật khác TONGHOP_HOOK_SECRET. Điền lại SECRET, chạy setUp',
    404: 'bảng tính này không thuộc đợt đang chạy, hoặc địa chỉ không đúng. Sửa SPREADSHEETS hay HOOK_URL, chạy lại',
    409: 'dịch vụ nói tin này đã gửi rồi; phút sau gửi lại',
    413: 'dịch vụ nói tin quá dài; kiểm tra HOOK_URL có đúng là của tonghop không'
  };
  var reason = reasons[code] || (code >= 500 ? 'dịch vụ đang bận hoặc chưa đặt TONGHOP_HOOK_SECRET; phút sau gửi lại'
    : 'địa chỉ này không phải của tonghop; kiểm tra HOOK_URL');
  console.error(id + ': ' + code + ' – ' + reason + '.');
}

function request_(id, settings) {
  var body = ascii_(JSON.stringify({ spreadsheet_id: id }));
  var timestamp = String(Math.floor(Date.now() / 1000));
  var nonce = Utilities.getUuid();
  return {
    url: settings.url,
    method: 'post',
    contentType: 'application/json',
    payload: body,
    headers: {
      'X-Tonghop-Timestamp': timestamp,
      'X-Tonghop-Nonce': nonce,
      'X-Tonghop-Signature': 'sha256=' + signature_(timestamp + '.' + nonce + '.' + body, settings.secret)
    },
    muteHttpExceptions: true,
    followRedirects: false
  };
}

/** HMAC-SHA256 in hexadecimal; Apps Script's bytes run from -128 to 127. */
function signature_(message, secret) {
  return Utilities.computeHmacSha256Signature(message, secret, Utilities.Charset.UTF_8).map(function (byte) {
    return ('0' + (byte & 0xff).toString(16)).slice(-2);
  }).join('');
}

/** The same JSON in ASCII alone: the bytes that are signed are those that are posted, whatever the charset. */
function ascii_(text) {
  return text.replace(/[\u007f-\uffff]/g, function (character) {
    return '\\u' + ('000' + character.charCodeAt(0).toString(16)).slice(-4);
  });
}

function settings_() {
  var properties = PropertiesService.getScriptProperties();
  return { url: properties.getProperty(URL_KEY), secret: properties.getProperty(SECRET_KEY) };
}

function need_(settings) {
  if (!settings.url || !settings.secret) {
    throw new Error('Chưa có địa chỉ hoặc bí mật: điền HOOK_URL, SECRET ở đầu tệp rồi chạy setUp.');
  }
  return settings;
}

function hookAddress_(text) {
  var url = String(text).trim().replace(/\/+$/, '');
  if (!/^https:\/\/[^\s\/?#@]+(\/[^\s?#]*)?$/.test(url) || url.length > LONGEST_URL) {
    throw new Error('HOOK_URL phải là địa chỉ https:// của dịch vụ, ví dụ https://tonghop.example.vn. Chưa lưu gì.');
  }
  return url.slice(-HOOK_PATH.length) === HOOK_PATH ? url : url + HOOK_PATH;
}

function wantedSpreadsheets_() {
  var ids = [];
  SPREADSHEETS.forEach(function (entry) {
    var text = String(entry).trim();
    var found = text.match(/\/spreadsheets\/d\/([A-Za-z0-9_-]+)/);
    var id = found ? found[1] : text;
    if (!ID_PATTERN.test(id)) {
      throw new Error('“' + text.slice(0, 200) + '” không phải là địa chỉ hay mã bảng tính. Chưa thay đổi gì.');
    }
    if (ids.indexOf(id) < 0) {
      ids.push(id);
    }
  });
  if (!ids.length) {
    throw new Error('SPREADSHEETS đang trống: ghi địa chỉ các bảng tính của đơn vị. Chưa thay đổi gì.');
  }
  return ids;
}

function ourTriggers_() {
  return ScriptApp.getProjectTriggers().filter(function (trigger) {
    return isOfSheet_(trigger) || trigger.getHandlerFunction() === 'flush';
  });
}

function isOfSheet_(trigger) {
  return trigger.getHandlerFunction() === 'onSheetChange';
}

/** Removes triggers of sheets that are not wanted, and the second of any two alike; returns what stays. */
function removeSuperfluous_(triggers, wanted) {
  var kept = { flush: null, sheets: {} };
  triggers.forEach(function (trigger) {
    var id = trigger.getTriggerSourceId();
    if (!isOfSheet_(trigger) && !kept.flush) {
      kept.flush = trigger;
    } else if (isOfSheet_(trigger) && wanted.indexOf(id) >= 0 && !kept.sheets[id]) {
      kept.sheets[id] = trigger;
    } else {
      ScriptApp.deleteTrigger(trigger);
      PropertiesService.getScriptProperties().deleteProperty(SHEET_OF + trigger.getUniqueId());
    }
  });
  return kept;
}

/** Makes the triggers that are missing; returns those that could not be made, and why. */
function addMissing_(wanted, kept) {
  var properties = PropertiesService.getScriptProperties();
  var failed = [];
  wanted.forEach(function (id) {
    try {
      var isNew = !kept.sheets[id];
      var trigger = kept.sheets[id] || ScriptApp.newTrigger('onSheetChange').forSpreadsheet(id).onChange().create();
      properties.setProperty(SHEET_OF + trigger.getUniqueId(), id);
      if (isNew) {
        properties.setProperty(MARKED + id, Utilities.getUuid()); // nobody told what changed before
      }
    } catch (error) {
      failed.push(id + ' (' + error.message + ')');
    }
  });
  return failed;
}

function forgetAllBut_(wanted) {
  var properties = PropertiesService.getScriptProperties();
  properties.getKeys().forEach(function (key) {
    var prefix = [MARKED, SENT].filter(function (one) {
      return key.indexOf(one) === 0;
    })[0];
    if (prefix && wanted.indexOf(key.slice(prefix.length)) < 0) {
      properties.deleteProperty(key);
    }
  });
}

function isOurs_(key) {
  return [URL_KEY, SECRET_KEY, LAST_KEY].indexOf(key) >= 0 || [MARKED, SENT, SHEET_OF].some(function (prefix) {
    return key.indexOf(prefix) === 0;
  });
}

function sheetOf_(properties, e) {
  var known = e && e.triggerUid ? properties.getProperty(SHEET_OF + e.triggerUid) : null;
  return known || (e && e.source ? e.source.getId() : '');
}

function isDirty_(properties, id) {
  return Boolean(properties[MARKED + id]) && properties[MARKED + id] !== properties[SENT + id];
}

function dirtySheets_(properties) {
  return Object.keys(properties).filter(function (key) {
    return key.indexOf(MARKED) === 0;
  }).map(function (key) {
    return key.slice(MARKED.length);
  }).filter(function (id) {
    return isDirty_(properties, id);
  }).sort();
}

function without_(text, secret) {
  return text.split(secret).join('…');
}

function locked_(act) {
  var lock = LockService.getScriptLock();
  lock.waitLock(30000);
  try {
    act();
  } finally {
    lock.releaseLock();
  }
}
