"""What only an account can prove, tried on a scratch spreadsheet: `session` has the table, `trial` what a trial is."""
