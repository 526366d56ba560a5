"""Ground floor: values and rules; no input, no output, no clock."""
