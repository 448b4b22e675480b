package io.leveret.persistence.disk;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails the test of a class in which a {@link CrashWitness} saw something: who uses the disk may have taken that for an error of it. When a
 * test is done the power goes off once more. Tests of this module run one after the other, so that one is current.
 */
public final class CrashVerdict implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {

    private static @Nullable CrashVerdict current;

    private final List<CrashWitness> witnesses = new ArrayList<>();
    private @Nullable AssertionError found;

    static CrashVerdict current() {
        if (current == null) {
            throw new IllegalStateException(
                    "nobody judges what is seen (expected: @ExtendWith(CrashVerdict.class) at the test's class)");
        }
        return current;
    }

    void add(CrashWitness witness) {
        witnesses.add(witness);
    }

    void endAll(MemoryDisk disk) {
        witnesses.stream().filter(each -> each.isOf(disk)).forEach(CrashWitness::end);
    }

    AssertionError found(AssertionError fault) {
        found = found == null ? fault : found;
        return fault;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        current = this;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        judge();
    }

    /** Fails if anything was seen until now, and begins anew. */
    public void judge() {
        for (CrashWitness witness : witnesses) {
            try {
                witness.end();
            } catch (AssertionError e) {
                found(e);
            }
        }
        witnesses.clear();
        AssertionError fault = found;
        found = null;
        if (fault != null) {
            throw fault;
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        current = null;
    }
}
