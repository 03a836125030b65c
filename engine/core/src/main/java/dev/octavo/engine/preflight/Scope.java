package dev.octavo.engine.preflight;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is around a step: its stage, its agent, and the variables that are set there. */
final class Scope {
    private final @Nullable Scope parent;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final Set<String> secrets = new LinkedHashSet<>();
    private String stage;
    private @Nullable String directory;
    private boolean open;
    private boolean agent;
    private boolean container;
    private boolean timeout;
    private boolean oneBranch;

    Scope(@Nullable Scope parent) {
        this.parent = parent;
        this.stage = parent == null ? "" : parent.stage;
        this.directory = parent == null ? "" : parent.directory;
        this.open = parent != null && parent.open;
        this.agent = parent != null && parent.agent;
        this.container = parent != null && parent.container;
        this.timeout = parent != null && parent.timeout;
        this.oneBranch = parent != null && parent.oneBranch;
    }

    void define(String name, String value) {
        environment.put(name, value);
    }

    void secret(String name) {
        secrets.add(name);
    }

    void stage(String name) {
        stage = name;
    }

    void open() {
        open = true;
    }

    void agent(boolean held) {
        agent = held;
    }

    void container() {
        container = true;
    }

    void timeout() {
        timeout = true;
    }

    void oneBranch() {
        oneBranch = true;
    }

    void directory(@Nullable String path) {
        directory = path;
    }

    /** The name of the innermost stage. */
    String stage() {
        return stage;
    }

    /** The folder of the workspace that it works in; null where that cannot be known. */
    @Nullable
    String directory() {
        return directory;
    }

    /** Whether there may be variables here that cannot be known. */
    boolean isOpen() {
        return open;
    }

    boolean holdsAgent() {
        return agent;
    }

    /** Whether what is around all this holds one. */
    boolean isInAgent() {
        return parent != null && parent.agent;
    }

    /** Whether it runs for one branch alone, whose name has no slash. */
    boolean isForOneBranch() {
        return oneBranch;
    }

    boolean inContainer() {
        return container;
    }

    boolean inTimeout() {
        return timeout;
    }

    boolean isSecret(String name) {
        return secrets.contains(name) || (parent != null && parent.isSecret(name));
    }

    /** The value of a variable as it is written, {@code ""} where it is computed, null where it is not set here. */
    @Nullable
    String value(String name) {
        String value = environment.get(name);
        return value != null || parent == null ? value : parent.value(name);
    }

    /** The names of all variables that are set here. */
    Set<String> names() {
        Set<String> names = parent == null ? new LinkedHashSet<>() : parent.names();
        names.addAll(environment.keySet());
        return names;
    }
}
