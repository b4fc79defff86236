"""The reviewer's offline laptop (machine 2): transfers in, vault, redaction, approval, custody."""
