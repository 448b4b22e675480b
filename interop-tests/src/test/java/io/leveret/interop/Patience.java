package io.leveret.interop;

/** How long a case waits for what must come: longer than a busy machine stalls, so that it fails only where nothing comes. */
public final class Patience {

    public static final int MS = 30_000;

    private Patience() {}
}
