"""The places a catalogue is read from."""
