package io.leveret.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.netty.channel.DefaultEventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopTest {

    private final DefaultEventLoop eventLoop = new DefaultEventLoop();
    private final Loop loop = new Loop(eventLoop);

    @AfterEach
    void end() {
        eventLoop.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void runsATaskOnItsThread() {
        CompletableFuture<Boolean> onLoop = new CompletableFuture<>();

        loop.execute(() -> onLoop.complete(eventLoop.inEventLoop()));

        assertThat(onLoop).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(true);
    }

    /** As when the broker stops: a queue still has others to tell when one of its consumers' loops has ended. */
    @Test
    void dropsATaskOnceItHasEnded() {
        AtomicBoolean ran = new AtomicBoolean();
        end();

        assertThatCode(() -> loop.execute(() -> ran.set(true))).doesNotThrowAnyException();
        assertThat(ran).isFalse();
    }
}
