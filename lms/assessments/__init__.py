"""Item bank, item kinds, forms from blueprints, attempts and marking."""
