package io.leveret.broker.connection;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import java.util.concurrent.locks.LockSupport;

/**
 * An I/O handler that keeps its loop's {@link Pace} and {@link ReadSize}; everything else it leaves to another one. Owned by its event
 * loop.
 */
final class PacedIoHandler implements IoHandler {

    private final IoHandler delegate;
    private final Loop loop;
    private final Pace pace;

    PacedIoHandler(IoHandler delegate, Loop loop) {
        this.delegate = delegate;
        this.loop = loop;
        this.pace = loop.pace();
    }

    @Override
    public void initialize() {
        delegate.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        if (context.canBlock() && pace.restDue(System.nanoTime())) {
            LockSupport.parkNanos(this, Pace.REST_NANOS);
        }
        int handled = delegate.run(context);
        pace.turned(handled > 0, System.nanoTime());
        loop.readSize().turned();
        return handled;
    }

    @Override
    public void prepareToDestroy() {
        delegate.prepareToDestroy();
    }

    @Override
    public void destroy() {
        delegate.destroy();
        loop.buffers().release();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return delegate.register(handle);
    }

    @Override
    public void wakeup() {
        delegate.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return delegate.isCompatible(handleType);
    }
}
