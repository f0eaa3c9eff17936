// Loaded by `--import` into a program that a test starts with an IPC channel: whatever becomes of the parent, the
// program does not outlive it. The channel itself does not keep the program running.
process.once('disconnect', () => process.exit(1))
process.channel?.unref()
