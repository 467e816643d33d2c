"""What a campaign and its forms are, and how rows typed by units are read and checked. Pure: no I/O, no clock."""
