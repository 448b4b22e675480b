package io.leveret.interop;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;

/** One run of a case against one broker: gives the case its {@link Peer}, judges what it observed, and cleans up. */
final class CaseRun
        implements TestTemplateInvocationContext,
                BeforeEachCallback,
                ParameterResolver,
                AfterTestExecutionCallback,
                AfterEachCallback {

    private final Side side;
    private final Comparison comparison;
    private @Nullable Peer peer;

    CaseRun(Side side, Comparison comparison) {
        this.side = side;
        this.comparison = comparison;
    }

    @Override
    public String getDisplayName(int invocationIndex) {
        return side.label();
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
        return List.of(this);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        Setup setup = Setup.of(context.getRequiredTestClass());
        peer = new Peer(
                side.address(context, setup),
                setup.virtualHost(),
                comparison.namePrefix(),
                () -> side.administration(context, setup));
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Peer.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return requirePeer();
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        if (context.getExecutionException().isEmpty()) {
            comparison.judge(side, requirePeer().transcript());
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (peer != null) {
            peer.close();
        }
    }

    private Peer requirePeer() {
        if (peer == null) {
            throw new IllegalStateException("no peer before the case has begun");
        }
        return peer;
    }
}
