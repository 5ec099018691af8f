"""What Go does and Python does not: JSON, URLs, UUIDs, durations, times, base64."""
