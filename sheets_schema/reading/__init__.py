"""A grid read into rows and fields: headers, labels, ticks, the signature block."""
