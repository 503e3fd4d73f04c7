"""Serves the vulnerable API with other numbers for people and orders in every run: what an id is, is not identity.

    python other_people.py FOLDER PORT SEED        FOLDER: v1 or v2; listens on 127.0.0.1
"""

import random
import sys


def main(folder, port, seed):
    sys.path.insert(0, folder)
    import app

    numbers = random.Random(seed)
    app.create_tables()
    app.db.execute("UPDATE users SET id = id + ?", (numbers.randrange(10, 900),))
    order = "INSERT INTO orders (id, user_id, product_id, quantity) VALUES (?, 1, 1, 1)"
    app.db.execute(order, (numbers.randrange(100, 9000),))
    app.app.run(host="127.0.0.1", port=port, threaded=False)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
