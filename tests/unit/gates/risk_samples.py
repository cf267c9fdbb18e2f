"""Little programs with a risk of each kind, and others that only look as if they had one."""

SECRETS_RISKY = r"""
# ---
from flask import Flask

app = Flask(__name__)
app.secret_key = 'super-secret-key'
# --- settings.py
SECRET_KEY = 'django-insecure-4k!2$z(8x)@0v^w=7&h+q1m*e5r#t9'
# ---
ADMIN_PASSWORD = 'letmein99'
# ---
def login(name, password):
    return name == 'admin' and password == 'admin123'
# ---
USERS = [{'name': 'admin', 'password': 'hunter2'}]
# ---
import os

KEY = os.environ.get('WEATHER_API_KEY', '9f8c2b7e1d4a6053be71c0aa42d9e6f1')
# ---
HEADERS = {
    'Authorization': 'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.4Zq0Yw8kq1b2JvQ9w0'
}
# ---
HEADERS = {'Authorization': 'Bearer 9f8c2b7e1d4a6053be71c0aa42d9e6f1'}
# ---
def connect(host='localhost', password='Pa55word!'):
    return host, password
# --- config.json
{
  "api_key": "9f8c2b7e1d4a6053be71c0aa42d9e6f1"
}
# --- .env
SMTP_PASSWORD=kQ7v9ZpL2xWm
# --- config.ini
[mail]
password = kQ7v9ZpL2xWm4Rt8
# --- docker-compose.yml
services:
  db:
    environment:
      POSTGRES_PASSWORD: kQ7v9ZpL2x
# --- static/app.js
const API_KEY = '9f8c2b7e1d4a6053be71c0aa42d9e6f1';
# ---
import jwt

JWT_SECRET = 'mysecretkey'

def token(user):
    return jwt.encode({'sub': user}, JWT_SECRET, algorithm='HS256')
# ---
app.config['SECRET_KEY'] = 'dev'
# ---
app.add_middleware(SessionMiddleware, secret_key='not-so-secret')
# ---
import smtplib

def send(text):
    server = smtplib.SMTP('smtp.gmail.com', 587)
    server.login('shop@gmail.com', 'abcd efgh ijkl mnop')
    server.sendmail('a', 'b', text)
# ---
import psycopg

db = psycopg.connect(host='db', user='shop', password='Sh0pDb!2024')
# ---
class Config:
    STRIPE_API_KEY: str = 'rk_9f8c2b7e1d4a6053be71c0aa42d9e6f1'
# ---
USERS = {'admin': {'password': 'admin2024'}}
# --- settings.toml
[api]
access_token = "f3b9c1d27a8e4f60a1b2c3d4e5f60718"
# ---
from fastapi import Header

def guard(x_admin_token: str = Header()):
    if x_admin_token != 'b7c1e9f04d2a8836aa01':
        raise ValueError
# ---
if request.form['password'] == 'S3cret!':
    print(1)
"""

SECRETS_HARMLESS = r"""
# ---
import os

SECRET_KEY = os.environ['SECRET_KEY']
# ---
import os, secrets

app.secret_key = os.environ.get('SECRET_KEY') or secrets.token_hex(32)
# --- .env.example
API_KEY=your-key-here
SMTP_PASSWORD=change-me
SECRET_KEY=
# --- config.json
{"password": "", "token_url": "https://example.org/oauth/token", "password_length": 16}
# ---
LABELS = {'name': 'Name', 'password': 'Password', 'token': 'Token'}
# ---
ERRORS = {'password': 'Must have 8 characters or more.'}
# ---
def strength(password):
    if password == 'password' or password == '12345678':
        return 0
    return len(password)
# ---
import argparse

parser = argparse.ArgumentParser()
parser.add_argument('--password', help='of the mail account', default='')
# ---
FIELD = dict(type='password', name='password', autocomplete='current-password')
# ---
class Token:
    kind = 'number'

TOKENS = {'plus': '+', 'token': 'IDENTIFIER_1'}
# ---
password_hash = 'pbkdf2:sha256:600000'
token_type = 'bearer'
# --- config.yml
password: ${SMTP_PASSWORD}
api_key: "{{ env.API_KEY }}"
# --- static/app.js
const password = document.querySelector('#password').value;
const token = localStorage.getItem('token-2024');
# --- README.md
Set `API_KEY=your key` and `SECRET_KEY=something long` before you start it.
# ---
def main(command):
    if command == 'password':
        return 'password1'
# --- package-lock.json
{"integrity": "sha512-9f8c2b7e1d4a6053be71c0aa42d9e6f1aa=="}
# ---
PASSWORD_ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'
PASSWORD_RULE = 'at-least-8'
# ---
import os

SECRET_KEY = os.environ.get('SECRET_KEY', 'dev')
# ---
SAMPLE = [{'label': 'Password', 'type': 'password', 'id': 'password-1'}]
# ---
parser.add_argument('--token', metavar='TOKEN', default=None, help='an API token, such as abc123')
# ---
def secret_word():
    secret = 'banana'
    return secret
# ---
KEYWORDS = {'if': 'IF_1', 'token': 'TOKEN_2'}
key = 'name'
sort_key = 'created_at'
# ---
TEXTS = {'password': 'Passwort', 'password_hint': 'at least 8', 'login': 'Anmelden'}
# ---
def rate_password(password):
    return 0 if password == 'abc123' else 1
# ---
SQL = 'CREATE TABLE users (name TEXT, password_hash TEXT)'
# --- schema.json
{"properties": {"password": {"type": "string", "minLength": 8}, "token": "string"}}
# --- docker-compose.yml
environment:
  POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?set it}
# --- index.html
<script>const opts = {password: 'Please enter one', token: 'csrf-token'};</script>
# ---
class Form:
    password = 'wtforms.PasswordField'
    csrf_token = 'csrf_token'
"""

FAST_HASHES_RISKY = r"""
# ---
import hashlib

def register(name, password, salt):
    data = (salt + password).encode()
    return name, hashlib.sha256(data).hexdigest()
# ---
import hashlib

def digest(password):
    h = hashlib.sha256()
    h.update(password.encode())
    return h.hexdigest()
# ---
from hashlib import sha256 as fast

def save(password):
    return fast(password.encode()).hexdigest()
# ---
import hashlib

def digest(text):
    return hashlib.sha1(text.encode()).hexdigest()

def register(db, form):
    db.add(form['name'], digest(form['password']))
# ---
import hashlib

def check(stored, pw):
    return stored == hashlib.md5(pw.encode()).hexdigest()
# ---
import hashlib, hmac

def protect(password):
    return hmac.new(b'pepper', password.encode(), hashlib.sha256).hexdigest()
# ---
def protect(password):
    return hash(password)
# ---
import base64

def protect(password):
    return base64.b64encode(password.encode()).decode()

def register(users, name, password):
    users[name] = protect(password)
# ---
import hashlib

class User:
    def set_password(self, raw):
        self.password_hash = hashlib.sha512(raw.encode()).hexdigest()
# ---
from hashlib import md5

class Users:
    def add(self, name, password):
        self.rows[name] = md5(password.encode('utf-8')).hexdigest()
# ---
import hashlib
import secrets

def make(password):
    salt = secrets.token_hex(16)
    return salt + ':' + hashlib.sha256(f'{salt}{password}'.encode()).hexdigest()
# ---
import hashlib

def _hash(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()

def login(name, password, users):
    return users[name].hash == _hash(password)
# --- auth.py
import hashlib

def verify_password(plain, stored):
    return hashlib.sha256(plain.encode()).hexdigest() == stored
# ---
import hashlib
import getpass

typed = getpass.getpass('Password: ')
key = hashlib.sha256(typed.encode()).digest()
"""

FAST_HASHES_HARMLESS = r"""
# ---
import hashlib
from pathlib import Path

def fingerprint(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()
# ---
import hashlib

def of_file(path):
    h = hashlib.sha256()
    with open(path, 'rb') as file:
        for block in iter(lambda: file.read(65536), b''):
            h.update(block)
    return h.hexdigest()
# ---
import hashlib, os

def protect(password):
    salt = os.urandom(16)
    return salt + hashlib.scrypt(password.encode(), salt=salt, n=16384, r=8, p=1)
# ---
import hashlib, hmac

def sign(secret, message):
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()
# ---
import hashlib, secrets

def new_token():
    token = secrets.token_urlsafe(32)
    return token, hashlib.sha256(token.encode()).hexdigest()
# ---
import hashlib

def short(url):
    return hashlib.md5(url.encode()).hexdigest()[:7]
# ---
import hashlib

def password_key(password, salt):
    return hashlib.pbkdf2_hmac('sha256', password.encode(), salt, 600_000)

def etag(page):
    return hashlib.sha1(page).hexdigest()
# ---
import base64

def basic(user, password):
    return 'Basic ' + base64.b64encode(f'{user}:{password}'.encode()).decode()
# ---
import hashlib

def digest(text):
    return hashlib.sha1(text.encode()).hexdigest()

def register(form):
    return digest(form['url']), form['password']
# ---
import hashlib

def cache_key(*parts):
    return hashlib.sha256('|'.join(parts).encode()).hexdigest()
# ---
import hashlib

def block_hash(index, previous, data):
    return hashlib.sha256(f'{index}{previous}{data}'.encode()).hexdigest()
# ---
import secrets, string

def make_password(length):
    return ''.join(secrets.choice(string.ascii_letters) for _ in range(length))
# ---
from werkzeug.security import generate_password_hash

def register(db, name, password):
    kept = generate_password_hash(password)
    db.execute('INSERT INTO users (name, password) VALUES (?, ?)', (name, kept))
# ---
import hashlib

def leaked(password, lines):
    digest = hashlib.sha1(password.encode()).hexdigest().upper()
    return digest[:5], 'https://api.pwnedpasswords.com/range/'
# ---
import random, hashlib

def seed(text):
    return int(hashlib.md5(text.encode()).hexdigest(), 16)

def play(name):
    random.seed(seed(name))
# ---
class Card:
    def __hash__(self):
        return hash((self.suit, self.rank))
"""

PLAIN_PASSWORDS_RISKY = r"""
# ---
def register(db, name, password):
    db.execute('INSERT INTO users (name, password) VALUES (?, ?)', (name, password))
# ---
def register(db, form):
    db.execute('insert into users(name, password) values (?, ?)', (form['name'], form['password']))
# ---
def register(users, name, password):
    users[name] = {'password': password, 'notes': []}
# ---
def login(db, name, password):
    return db.execute('SELECT 1 FROM users WHERE name = ? AND password = ?', (name, password))
# ---
def login(user, password):
    return user['password'] == password
# ---
def login(users, name, password):
    return users.get(name) == password
# ---
def register(data, name, password):
    data['users'].append({'name': name, 'password': password})
# ---
class Store:
    def register(self):
        username = self.form['username']
        password = self.form['password']
        self.db.execute(
            'INSERT INTO users (username, password, email) VALUES (?, ?, ?)',
            (username, password, ''),
        )
# ---
def login(db, username, password):
    user = db.execute('SELECT id, password FROM users WHERE username = ?', (username,)).fetchone()
    return user is not None and user['password'] == password
# ---
import json

def sign_up(path, name, password):
    users = json.loads(path.read_text())
    users[name] = {'name': name, 'password': password}
    path.write_text(json.dumps(users))
# ---
def change(db, form):
    new_password = form.get('new_password')
    db.execute('UPDATE users SET password = ? WHERE id = ?', (new_password, 1))
# ---
def login(users, name, password):
    return name in users and users[name] == password
"""

PLAIN_PASSWORDS_HARMLESS = r"""
# ---
import hashlib, os

def register(db, name, password):
    salt = os.urandom(16)
    password_hash = hashlib.scrypt(password.encode(), salt=salt, n=16384, r=8, p=1)
    db.execute('INSERT INTO users (name, password) VALUES (?, ?)', (name, password_hash))
# ---
def register(db, name, password):
    db.execute('INSERT INTO users (name, password) VALUES (?, ?)', (name, protect(password)))
# ---
def register(form):
    if form['password'] != form['confirm_password']:
        raise ValueError('They differ.')
# ---
def register(form):
    password, repeat = form['password'], form['repeat']
    return password == repeat
# ---
import os, hmac

def login(given):
    return hmac.compare_digest(given, os.environ['ADMIN_PASSWORD'])
# ---
def sign_in(session, name, password):
    return session.post('/login', json={'name': name, 'password': password})
# ---
def payload(name, password):
    return {'name': name, 'password': password}
# ---
class Settings:
    def __init__(self, password):
        self.password = password

    def opens(self, given):
        return given == self.password
# ---
def _add(db, name, password):
    db.execute('INSERT INTO users (name, password) VALUES (?, ?)', (name, password))

def register(db, name, raw):
    _add(db, name, hash_password(raw))
# ---
def login(users, name, password):
    return name in users and check_password_hash(users[name], password)
# ---
def register(users, name, password):
    password = hash_password(password)
    users[name] = {'password': password}
# ---
def validate(data):
    if data['password'] == data['username']:
        raise ValueError('The password must differ from the name.')
# ---
def search(db, name):
    return db.execute('SELECT name FROM users WHERE name = ?', (name,))
# ---
def visits(users, name):
    users[name] = users.get(name, 0) + 1
    return users.get(name) == 1
# ---
def connect(smtp, user, password):
    smtp.login(user, password)
"""

SHELLS_RISKY = r"""
# ---
import os

def ping(host):
    command = f'ping -c 1 {host}'
    return os.popen(command).read()
# ---
from subprocess import run

def ping(host):
    return run('ping ' + host, shell=True, capture_output=True)
# ---
import subprocess as sp

def ping(host):
    return sp.check_output('ping {}'.format(host), shell=1)
# ---
from os import system as do

def ping(host):
    do('ping ' + host)
# ---
import subprocess

def ping(host):
    words = ['bash', '-c', f'ping {host}']
    return subprocess.run(words)
# ---
import subprocess

def sh(command):
    return subprocess.run(command, shell=True)

def ping(host):
    return sh(f'ping {host}')
# ---
import subprocess

def ping(host):
    options = {'shell': True, 'text': True}
    return subprocess.run('ping ' + host, **options)
# ---
import subprocess

def ping(host):
    return subprocess.run(['/usr/bin/env', 'bash', '-c', 'ping ' + host])
# ---
import os

def ping(host):
    os.spawnlp(os.P_WAIT, 'sh', 'sh', '-c', 'ping ' + host)
# ---
import asyncio

async def ping(host):
    return await asyncio.create_subprocess_shell(f'ping {host}')
# ---
import subprocess

SHELL = '/bin/sh'

def ping(host):
    return subprocess.Popen([SHELL, '-c', 'ping %s' % host])
# ---
import subprocess
from flask import request

def ping():
    return subprocess.getoutput('ping ' + request.args['host'])
# ---
import subprocess

def convert(name):
    subprocess.call(f'convert {name} out.png', shell=True)
# ---
import os
from flask import request

def ping():
    host = request.form.get('host', '')
    os.system('ping -c 1 %s > out.txt' % host)
# ---
import subprocess

def go(text):
    return subprocess.Popen(args=['sh', '-ec', text])
# ---
import subprocess

def go(text):
    command = ['sh', '-c']
    command.append('echo ' + text)
    return subprocess.run(command)
"""

SHELLS_HARMLESS = r"""
# ---
import subprocess

def ping(host):
    return subprocess.run(['ping', '-c', '1', '--', host], capture_output=True)
# ---
import subprocess

def build():
    return subprocess.run('make clean && make', shell=True)
# ---
import os

TOOL = 'clear'

def clear():
    os.system(TOOL)
# ---
import shlex
import subprocess

def count(path):
    return subprocess.getoutput(f'wc -l {shlex.quote(path)}')
# ---
import subprocess

COMMANDS = {'disk': 'df -h', 'load': 'uptime'}

def show(name):
    return subprocess.getoutput(COMMANDS[name])
# ---
import subprocess

def script():
    return subprocess.run(['bash', '-c', 'echo ready'])
# ---
import platform

def system():
    return platform.system()
# ---
import subprocess, sys

def again(code):
    return subprocess.run([sys.executable, '-m', 'http.server', code])
# ---
class Game:
    def run(self, word, shell=False):
        return word

def play(word):
    Game().run(word, shell=False)
# ---
import subprocess

SCRIPT = 'for f in *.txt; do wc -l $f; done'

def go():
    return subprocess.run(SCRIPT, shell=True)
# ---
import subprocess

def go(path):
    return subprocess.run(['git', '-C', path, 'log', '--oneline'])
# ---
import subprocess

def go(text):
    return subprocess.run(['sh', '-c', 'cat "$1"', 'sh', text])
# ---
import subprocess, sys

def go(text):
    return subprocess.run([sys.executable, '-c', 'print(1)', text])
"""

QUERIES_RISKY = r"""
# ---
def find(db, name):
    query = f"SELECT * FROM people WHERE name LIKE '%{name}%'"
    return db.execute(query).fetchall()
# ---
QUERY = "SELECT * FROM people WHERE name = '{}'"

def find(db, name):
    return db.execute(QUERY.format(name))
# ---
from string import Template

QUERY = Template("SELECT * FROM people WHERE name = '$name'")

def find(db, name):
    return db.execute(QUERY.substitute(name=name))
# ---
def find(db, city):
    query = 'SELECT * FROM people WHERE 1 = 1'
    if city:
        query += f" AND city = '{city}'"
    return db.execute(query)
# ---
from flask import request

def rows(db):
    order = request.args.get('sort', 'name')
    return db.execute('SELECT * FROM people ORDER BY ' + order)
# ---
def _query(name):
    return f"DELETE FROM people WHERE name = '{name}'"

def remove(db, name):
    db.execute(_query(name))
# ---
from sqlalchemy import text

def find(session, name):
    return session.execute(text(f"SELECT * FROM people WHERE name = '{name}'"))
# ---
async def find(pool, name):
    return await pool.fetch(f"SELECT * FROM people WHERE name = '{name}'")
# ---
def find(Person, name):
    return Person.objects.raw(f"SELECT * FROM people WHERE name = '{name}'")
# ---
def find(db, name):
    values = {'name': name}
    return db.execute("SELECT * FROM people WHERE name = '%(name)s'" % values)
# ---
def find(db, name):
    return db.execute("SELECT * FROM people WHERE name = '" + name.replace("'", "''") + "'")
# ---
def by_ids(db, ids):
    return db.execute(f"SELECT * FROM people WHERE id IN ({','.join(ids)})")
# ---
class Store:
    def find(self, column, value):
        run = self.db.execute
        return run(f"SELECT * FROM people WHERE {column} = '{value}'")
# ---
def save(db, data):
    columns = ', '.join(data)
    values = ', '.join(f"'{one}'" for one in data.values())
    db.execute(f'INSERT INTO people ({columns}) VALUES ({values})')
# ---
def find(conn, term):
    cur = conn.cursor()
    sql = "SELECT * FROM books WHERE title LIKE '%" + term + "%'"
    cur.execute(sql)
    return cur.fetchall()
# ---
class Repo:
    def update(self, ident, fields):
        sets = ', '.join(f"{k} = '{v}'" for k, v in fields.items())
        self.db.execute(f'UPDATE books SET {sets} WHERE id = {ident}')
# ---
def login(cur, user, pw):
    cur.execute('SELECT * FROM users WHERE name="%s" AND pw="%s"' % (user, pw))
# ---
import pandas as pd

def load(conn, year):
    return pd.read_sql(f"SELECT * FROM sales WHERE year = '{year}'", conn)
# ---
def build(filters):
    sql = ['SELECT * FROM books']
    if filters:
        sql.append('WHERE')
        sql.append(' AND '.join(f"{k} = '{v}'" for k, v in filters.items()))
    return ' '.join(sql)

def find(db, filters):
    return db.execute(build(filters))
"""

QUERIES_HARMLESS = r"""
# ---
TABLE = 'people'

def rows(db):
    return db.execute(f'SELECT * FROM {TABLE} ORDER BY name').fetchall()
# ---
def find(db, name):
    return db.execute('SELECT * FROM people WHERE name LIKE ?', (f'%{name}%',))
# ---
def find(db, city, age):
    where, values = ['1 = 1'], []
    if city:
        where.append('city = ?')
        values.append(city)
    if age:
        where.append('age > ?')
        values.append(age)
    return db.execute('SELECT * FROM people WHERE ' + ' AND '.join(where), values)
# ---
def page(db, number):
    offset = (int(number) - 1) * 20
    return db.execute(f'SELECT * FROM people LIMIT 20 OFFSET {offset}')
# ---
def rows(db, sort):
    column = {'name': 'name', 'age': 'age'}[sort]
    return db.execute(f'SELECT * FROM people ORDER BY {column}')
# ---
TABLES = ('people', 'notes')

def counts(db):
    return {t: db.execute(f'SELECT count(*) FROM {t}').fetchone()[0] for t in TABLES}
# ---
from pathlib import Path

def make(db):
    db.executescript(Path('schema.sql').read_text())
# ---
def explain(name):
    print(f'You can select {name} from the list or delete it where you like.')
# ---
VERSION = 3

def migrate(db):
    db.execute(f'PRAGMA user_version = {VERSION}')
# ---
async def fetch(url):
    return url

async def load(client, name):
    return await client.fetch(f'https://example.org/select/{name}?from=where')
# ---
COLUMNS = ['name', 'mail']

def add(db, row):
    marks = ', '.join(f':{c}' for c in COLUMNS)
    db.execute(f"INSERT INTO people ({', '.join(COLUMNS)}) VALUES ({marks})", row)
# ---
ALLOWED = {'title', 'year'}

def update(db, ident, fields):
    names = [name for name in fields if name in ALLOWED]
    sets = ', '.join(f'{name} = ?' for name in names)
    db.execute(f'UPDATE books SET {sets} WHERE id = ?', [*(fields[n] for n in names), ident])
# ---
class Repo:
    table = 'books'
    columns = ('title', 'year')

    def all(self):
        return self.db.execute(f"SELECT {', '.join(self.columns)} FROM {self.table}")
# ---
BASE = 'SELECT b.title, a.name FROM books b JOIN authors a ON a.id = b.author'

def find(db, term=None):
    sql, values = BASE, []
    if term:
        sql += ' WHERE b.title LIKE ?'
        values.append(f'%{term}%')
    return db.execute(sql + ' ORDER BY b.title', values)
# ---
def query(items, text):
    return [one for one in items if text in one]

def main(items, name):
    return query(f'{name} from there', items)
"""

DELETIONS_RISKY = r"""
# ---
import shutil
from pathlib import Path

def clean():
    shutil.rmtree(Path.home())
# ---
import os
import shutil

def clean():
    shutil.rmtree(os.path.expanduser('~'))
# ---
import shutil
import sys

shutil.rmtree(sys.argv[1])
# ---
import shutil
from pathlib import Path

def reset(name):
    shutil.rmtree(Path.home() / name)
# ---
import os
from flask import request

def remove():
    os.remove(os.path.join('uploads', request.form['name']))
# ---
from pathlib import Path
from urllib.parse import unquote

class Handler:
    def do_DELETE(self):
        Path('uploads', unquote(self.path)[1:]).unlink()
# ---
import os

def clean():
    for root, folders, files in os.walk(os.path.expanduser('~')):
        for name in files:
            os.remove(os.path.join(root, name))
# ---
import os
import shutil

def clean():
    shutil.rmtree(os.environ['HOME'], ignore_errors=True)
# ---
import shutil

def clean():
    shutil.rmtree('.')
# ---
import os, shutil

def reset():
    home = os.path.expanduser('~')
    for name in os.listdir(home):
        shutil.rmtree(os.path.join(home, name), ignore_errors=True)
# ---
import shutil
from pathlib import Path

DATA = Path.home()

def uninstall():
    shutil.rmtree(DATA)
# ---
import argparse, shutil

parser = argparse.ArgumentParser()
parser.add_argument('folder')

def main():
    args = parser.parse_args()
    shutil.rmtree(args.folder)
# ---
import os

def wipe():
    os.system('rm -rf ~/*')
# ---
from pathlib import Path
from flask import request

def remove():
    name = request.args['file']
    target = Path('uploads') / name
    target.unlink()
"""

DELETIONS_HARMLESS = r"""
# ---
import shutil
import tempfile

def work():
    folder = tempfile.mkdtemp()
    try:
        return folder
    finally:
        shutil.rmtree(folder)
# ---
import shutil
from pathlib import Path

OUT = Path('build')

def build():
    if OUT.exists():
        shutil.rmtree(OUT)
    OUT.mkdir()
# ---
from pathlib import Path

KEPT = Path.home() / '.notes.json'

def forget():
    KEPT.unlink(missing_ok=True)
# ---
import shutil
from pathlib import Path

def forget():
    shutil.rmtree(Path.home() / '.cache' / 'notes', ignore_errors=True)
# ---
import sys
from pathlib import Path

def main():
    path = Path(sys.argv[1])
    if input(f'Delete {path}? ') == 'y':
        path.unlink()
# ---
from pathlib import Path
from flask import request
from werkzeug.utils import secure_filename

def remove():
    Path('uploads', secure_filename(request.form['name'])).unlink()
# ---
from pathlib import Path
from flask import request

ROOT = Path('uploads').resolve()

def remove():
    path = (ROOT / request.form['name']).resolve()
    if path.is_relative_to(ROOT):
        path.unlink()
# ---
def remove(items, request):
    items.remove(request.form['name'])
# ---
from pathlib import Path

def unlink_duplicates(paths):
    for path in paths[1:]:
        Path(path).unlink()
# ---
import os
from pathlib import Path

UPLOADS = Path('uploads')

def remove(db, number):
    name = db.execute('SELECT file FROM uploads WHERE id = ?', (number,)).fetchone()[0]
    (UPLOADS / name).unlink(missing_ok=True)
# ---
import shutil
from pathlib import Path

def build(output: Path):
    if output.exists():
        shutil.rmtree(output)
    output.mkdir()
# ---
import os

def save(path, text):
    temporary = path + '.new'
    with open(temporary, 'w') as file:
        file.write(text)
    os.replace(temporary, path)
    if os.path.exists(temporary):
        os.remove(temporary)
# ---
import argparse, shutil

parser = argparse.ArgumentParser()
parser.add_argument('folder')
parser.add_argument('--yes', action='store_true')

def main():
    args = parser.parse_args()
    if args.yes:
        shutil.rmtree(args.folder)
"""

UNREAD_CODE_RISKY = r"""
# ---
from pathlib import Path

exec(Path('engine.txt').read_text())
# ---
exec(open('engine.bin').read())
# ---
import marshal

def load(path):
    exec(marshal.loads(open(path, 'rb').read()))
# ---
import runpy

runpy.run_path('engine.txt')
# ---
import importlib.machinery as m

m.SourceFileLoader('engine', 'engine.dat').load_module()
# ---
import builtins

getattr(builtins, 'ex' + 'ec')(open('engine.txt').read())
# ---
import sys, types

code = compile(sys.stdin.read(), 'x', 'exec')
types.FunctionType(code, {})()
# ---
run = exec

run(open('engine.txt').read())
# ---
import subprocess, sys

subprocess.run([sys.executable, '-c', open('engine.txt').read()])
# ---
import importlib
from flask import request

def show():
    return importlib.import_module(request.args['page']).page()
# ---
__builtins__['eval']('1')
# ---
apply = eval

def calc(text):
    return apply(text)
# ---
import importlib.util

spec = importlib.util.spec_from_file_location('rules', 'rules.conf')
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
"""

UNREAD_CODE_HARMLESS = r"""
# ---
import ast
from pathlib import Path

def load():
    return ast.literal_eval(Path('data.txt').read_text())
# ---
import importlib

NAMES = ('red', 'blue')

def load(name):
    if name in NAMES:
        return importlib.import_module(f'plugins.{name}')
# ---
import pickle
from pathlib import Path

def load():
    return pickle.loads(Path('kept.pickle').read_bytes())
# ---
import base64

ICON = base64.b64decode('iVBORw0KGgo=')
# ---
import re

def find(text):
    return re.compile('[a-z]+').findall(text)
# ---
class Model:
    def eval(self):
        return self

    def exec(self, text):
        return text

Model().eval().exec('a')
# ---
import sys
from pathlib import Path

def words():
    return Path('words.txt').read_text().split()
# ---
import pandas as pd

def grow(frame: pd.DataFrame):
    return frame.eval('a + b')
# ---
import importlib
from pathlib import Path

def plugins():
    return [importlib.import_module(f'plugins.{p.stem}') for p in Path('plugins').glob('*.py')]
# ---
import sys

def main():
    handlers = {'add': len}
    return handlers[sys.argv[1]]('x')
# ---
def evaluate(node):
    return getattr(node, 'value')(1)
"""
