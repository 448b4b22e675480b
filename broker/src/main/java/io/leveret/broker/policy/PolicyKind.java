package io.leveret.broker.policy;

import org.jspecify.annotations.Nullable;

/** Whose policy it is: those of operators bound what users may ask for. Of each kind one may hold for a queue or exchange. */
public enum PolicyKind {
    USER("policy"),
    OPERATOR("operator_policy");

    private final String component;

    PolicyKind(String component) {
        this.component = component;
    }

    /** The component of the runtime parameters which policies of this kind are. */
    public String component() {
        return component;
    }

    /** The kind of which a component's parameters are; null if they are no policies. */
    public static @Nullable PolicyKind ofComponent(String component) {
        for (PolicyKind kind : values()) {
            if (kind.component.equals(component)) {
                return kind;
            }
        }
        return null;
    }
}
