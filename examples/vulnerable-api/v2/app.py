"""A little shop with an HTTP API. DELIBERATELY VULNERABLE: read README.md, never deploy it.

Second version: search and orders of unknown products are fixed, password reset, sales report, XML catalogues are new.
"""

import base64
import hashlib
import hmac
import json
import os
import random
import sqlite3
import urllib.request
import xml.etree.ElementTree as ElementTree
from functools import wraps

from flask import Flask, g, jsonify, request

app = Flask(__name__)
TOKEN_SECRET = "shop-secret"
USER_COLUMNS = ("email", "full_name", "role")
db = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
db.row_factory = sqlite3.Row


def hash_password(password):
    return hashlib.md5(password.encode()).hexdigest()


def create_tables():
    db.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, username, password_hash, email, full_name, role)")
    db.execute("CREATE TABLE products (id INTEGER PRIMARY KEY, name, price INTEGER)")
    db.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER, product_id INTEGER, quantity INTEGER)")
    for name, role in (("alice", "customer"), ("bob", "customer"), ("carol", "admin")):
        user = (name, hash_password(name + "-password"), name + "@shop.example", name.title(), role)
        db.execute("INSERT INTO users VALUES (NULL, ?, ?, ?, ?, ?)", user)
    for product in (("teapot", 2500), ("kettle", 4900), ("mug", 900)):
        db.execute("INSERT INTO products (name, price) VALUES (?, ?)", product)


def rows(sql, *values):
    return [dict(row) for row in db.execute(sql, values)]


def error(status, message):
    return jsonify(error=message), status


def sign(text):
    return hmac.new(TOKEN_SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()


def make_token(user):
    payload = base64.urlsafe_b64encode(json.dumps({"user": user["id"]}).encode()).decode()
    return payload + "." + sign(payload)


def current_user():
    try:
        payload, signature = request.headers["Authorization"].removeprefix("Bearer ").split(".")
        if hmac.compare_digest(signature, sign(payload)):
            return rows("SELECT * FROM users WHERE id = ?", json.loads(base64.urlsafe_b64decode(payload))["user"])[0]
    except Exception:
        pass
    return None


def login_required(handler):
    @wraps(handler)
    def guarded(*args, **kwargs):
        g.user = current_user()
        if g.user is None:
            return error(401, "log in first")
        return handler(*args, **kwargs)

    return guarded


def json_object():
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else None


@app.post("/login")
def login():
    body = json_object()
    if body is None or not isinstance(body.get("username"), str) or not isinstance(body.get("password"), str):
        return error(400, "username and password, please")
    found = rows("SELECT * FROM users WHERE username = ?", body["username"])
    if not found:
        return error(401, "no such user")
    if found[0]["password_hash"] != hash_password(body["password"]):
        return error(401, "wrong password")
    return jsonify(token=make_token(found[0]))


@app.post("/password-reset")
def reset_password():
    body = json_object()
    if body is None or not isinstance(body.get("username"), str):
        return error(400, "username, please")
    user = rows("SELECT * FROM users WHERE username = ?", body["username"])[0]
    app.logger.info("reset code of user %s: %s", user["id"], random.randint(100000, 999999))
    return jsonify(sent_to=user["email"]), 202


@app.get("/users")
def list_users():
    return jsonify(rows("SELECT * FROM users"))


@app.get("/users/<user_id>")
@login_required
def get_user(user_id):
    found = rows("SELECT * FROM users WHERE id = ?", user_id)
    return jsonify(found[0]) if found else error(404, "no such user")


@app.patch("/users/<user_id>")
@login_required
def update_user(user_id):
    body = json_object()
    if body is None:
        return error(400, "a JSON object, please")
    changes = {column: body[column] for column in USER_COLUMNS if column in body}
    if not all(isinstance(value, str) for value in changes.values()):
        return error(400, "e-mail address and name are texts")
    if changes:
        assignments = ", ".join(f"{column} = ?" for column in changes)
        db.execute(f"UPDATE users SET {assignments} WHERE id = ?", (*changes.values(), user_id))
    found = rows("SELECT id, username, email, full_name, role FROM users WHERE id = ?", user_id)
    return jsonify(found[0]) if found else error(404, "no such user")


@app.get("/orders")
@login_required
def list_orders():
    limit = int(request.args.get("limit", "1000000"))
    return jsonify(rows("SELECT * FROM orders WHERE user_id = ? LIMIT ?", g.user["id"], limit))


@app.post("/orders")
@login_required
def create_order():
    body = json_object()
    if body is None or type(body.get("product_id")) is not int or type(body.get("quantity")) is not int:
        return error(400, "product_id and quantity, please")
    product = rows("SELECT * FROM products WHERE id = ?", str(body["product_id"]))
    if not product:
        return error(404, "no such product")
    if body["quantity"] < 1 or body["quantity"] > 1000:
        return error(400, "quantity is between 1 and 1000")
    order = (g.user["id"], product[0]["id"], body["quantity"])
    cursor = db.execute("INSERT INTO orders (user_id, product_id, quantity) VALUES (?, ?, ?)", order)
    return jsonify(rows("SELECT * FROM orders WHERE id = ?", cursor.lastrowid)[0]), 201


@app.get("/orders/<order_id>")
@login_required
def get_order(order_id):
    found = rows("SELECT * FROM orders WHERE id = ?", order_id)
    return jsonify(found[0]) if found else error(404, "no such order")


def read_catalogue(content):
    if not content.lstrip().startswith(b"<"):
        return json.loads(content)
    return [dict(product.attrib) for product in ElementTree.fromstring(content)]


@app.post("/products/import")
@login_required
def import_products():
    if g.user["role"] != "admin":
        return error(403, "administrators only")
    body = json_object()
    if body is None or not isinstance(body.get("url"), str):
        return error(400, "url, please")
    with urllib.request.urlopen(body["url"]) as answer:
        products = read_catalogue(answer.read())
    for product in products:
        db.execute("INSERT INTO products (name, price) VALUES (?, ?)", (product["name"], product["price"]))
    return jsonify(imported=len(products)), 201


@app.get("/products")
def search_products():
    pattern = "%" + request.args.get("q", "") + "%"
    return jsonify(rows("SELECT * FROM products WHERE name LIKE ?", pattern))


@app.get("/reports/sales")
def report_sales():
    return jsonify(rows("SELECT product_id, SUM(quantity) AS sold FROM orders GROUP BY product_id"))


if __name__ == "__main__":
    create_tables()
    app.run(host="127.0.0.1", port=int(os.environ.get("SHOP_PORT", "8008")), threaded=False)
