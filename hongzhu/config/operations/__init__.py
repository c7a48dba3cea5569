"""Running the house: backup and restore, doctor, server and worker. One file per task; ``running`` needs no models."""
