package dev.octavo.engine.preflight;

import dev.octavo.engine.preflight.script.Code;
import dev.octavo.engine.preflight.script.Flat;
import dev.octavo.engine.preflight.script.PipelineScript;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Goes through a pipeline and tells {@link PipelineFacts} what it finds. */
final class PipelineVisitor {
    private static final Set<String> OTHER_CODE = Set.of("library", "load", "evaluate", "fileLoader", "loadScript");
    private static final Set<String> PARAMETERS = Set.of("parameters");

    private final PipelineFacts facts;
    private final Deque<Code> around = new ArrayDeque<>();
    /** Declarative's {@code environment} blocks are full of assignments that are none. */
    private final Set<Code> declared = Collections.newSetFromMap(new IdentityHashMap<>());

    PipelineVisitor(PipelineFacts facts) {
        this.facts = facts;
    }

    void visit() {
        PipelineScript script = facts.script();
        if (!script.libraries().isEmpty() || facts.hasMethod("call")) {
            facts.open();
        }
        script.body().each(code -> {
            if (code instanceof Code.Call call && call.is("environment") && call.block() != null) {
                declared.addAll(call.block().statements());
            }
        });
        // first what is known everywhere, whatever the order
        script.body().each(this::note);
        script.methods().forEach(method -> {
            method.body().parameters().forEach(name -> facts.groovyVariable(name, ""));
            method.body().each(this::note);
        });
        Scope top = new Scope(null);
        script.body().statements().forEach(each -> visit(each, top));
        for (PipelineScript.Method method : script.methods()) {
            Scope inside = new Scope(null);
            inside.open(); // whoever calls it may have set anything
            inside.directory(null);
            method.body().statements().forEach(each -> visit(each, inside));
        }
    }

    private void note(Code code) {
        if (code instanceof Code.Declaration declaration) {
            String value = declaration.value() == null ? "" : constant(declaration.value());
            declaration.names().forEach(name -> facts.groovyVariable(name, value));
        } else if (code instanceof Code.Operation operation
                && operation.operator().equals("=")) {
            assignment(operation);
        } else if (code instanceof Code.Block block) {
            block.parameters().forEach(name -> facts.groovyVariable(name, ""));
        } else if (code instanceof Code.Other other) {
            other.defines().forEach(name -> facts.groovyVariable(name, ""));
        } else if (code instanceof Code.Attempt attempt) {
            attempt.handlers().forEach(handler -> facts.groovyVariable(handler.variable(), ""));
        } else if (code instanceof Code.Call call) {
            if (call.receiver() == null && OTHER_CODE.contains(call.name())) {
                facts.open();
            }
            if (call.receiver() instanceof Code.Name name && name.name().equals("env")) {
                facts.open(); // env.setProperty and the like
            }
        }
    }

    private void assignment(Code.Operation operation) {
        if (operation.left() instanceof Code.Property property && property.of("env")) {
            if (property.name().isEmpty()) {
                facts.open();
            } else {
                facts.assign(property.name(), constant(operation.right()));
            }
        } else if (operation.left() instanceof Code.Name name && !declared.contains(operation)) {
            facts.groovyVariable(name.name(), constant(operation.right()));
        }
    }

    private String constant(Code value) {
        Flat flat = Flat.of(value);
        return flat == null ? "" : facts.canonical(flat);
    }

    // ------------------------------------------------------------------------------------------------------ visiting

    private void visit(Code code, Scope scope) {
        if (code instanceof Code.Call call) {
            call(call, scope);
            return;
        }
        if (code instanceof Code.Text text) {
            String step = "";
            for (Code each : around) {
                step = each instanceof Code.Call call ? call.name() : step;
            }
            facts.text(new PipelineFacts.TextUse(text, scope, step));
        }
        around.addLast(code);
        code.children().forEach(child -> visit(child, scope));
        around.removeLast();
    }

    private void call(Code.Call call, Scope scope) {
        facts.step(new Step(facts.steps().size(), call, scope, new ArrayList<>(around)));
        if (PARAMETERS.contains(call.name()) && call.receiver() == null) {
            parameters(call);
        }
        around.addLast(call);
        if (call.receiver() != null) {
            visit(call.receiver(), scope);
        }
        Code.Block own = call.block();
        Scope inside = own == null ? scope : inside(call, own, scope);
        call.named().forEach((name, value) -> visit(value, value instanceof Code.Block ? branch(name, scope) : scope));
        for (Code argument : call.arguments()) {
            if (argument == own) {
                block(call, own, inside);
            } else {
                visit(argument, scope);
            }
        }
        around.removeLast();
    }

    private static Scope branch(String name, Scope scope) {
        Scope branch = new Scope(scope);
        branch.stage(name);
        return branch;
    }

    private void block(Code.Call call, Code.Block block, Scope inside) {
        around.addLast(block);
        for (Code statement : block.statements()) {
            boolean declared = call.is("environment") && statement instanceof Code.Operation;
            visit(declared ? ((Code.Operation) statement).right() : statement, inside);
        }
        around.removeLast();
    }

    /** The scope of a call's block. */
    private Scope inside(Code.Call call, Code.Block block, Scope scope) {
        if (call.receiver() != null) {
            return scope;
        }
        Scope inside = new Scope(scope);
        switch (call.name()) {
            case "pipeline", "stage", "matrix" -> section(call, block, inside);
            case "node" -> inside.agent(true);
            case "container" -> inside.container();
            case "timeout" -> inside.timeout();
            case "dir" -> inside.directory(directory(call, scope));
            case "withEnv" -> withEnv(call, inside);
            case "withCredentials", "configFileProvider", "withKubeConfig", "wrap" -> bindings(call, inside);
            case "axis" -> {
                // told by the matrix
            }
            default -> {
                if (!JenkinsNames.isKnownBlock(call.name()) && !facts.hasMethod(call.name())) {
                    inside.open();
                }
            }
        }
        return inside;
    }

    private @Nullable String directory(Code.Call call, Scope scope) {
        String path = call.text("path");
        String base = scope.directory();
        return path == null || base == null ? null : base.isEmpty() ? path : base + "/" + path;
    }

    /** Declarative's sections that are about what stands beside them. */
    private void section(Code.Call call, Code.Block block, Scope inside) {
        if (call.name().equals("stage")) {
            String name = call.text("name");
            inside.stage(name == null ? "" : name);
        }
        for (Code.Call each : block.calls()) {
            Code.Block body = each.block();
            switch (each.name()) {
                case "agent" -> agent(each, call.name().equals("pipeline"), inside);
                case "environment" -> {
                    if (body != null) {
                        environment(body, inside, !call.name().equals("pipeline"));
                    }
                }
                case "options" -> {
                    if (body != null && body.calls().stream().anyMatch(option -> option.is("timeout"))) {
                        inside.timeout();
                    }
                }
                case "axes" -> {
                    if (body != null) {
                        body.calls().forEach(axis -> axis(axis, inside));
                    }
                }
                case "input" -> {
                    if (body != null) {
                        body.each(code -> inputParameter(code, inside));
                    }
                }
                case "libraries" -> facts.open();
                case "when" -> when(each, inside);
                default -> {
                    // says nothing about the others
                }
            }
        }
    }

    /** A stage for one branch is for no other. */
    private static void when(Code.Call when, Scope inside) {
        Code.Block body = when.block();
        for (Code.Call condition : body == null ? List.<Code.Call>of() : body.calls()) {
            String branch = condition.is("branch") ? condition.text("pattern") : null;
            if (branch != null && !branch.contains("*") && !branch.contains("/")) {
                inside.oneBranch();
            }
        }
    }

    private static void agent(Code.Call agent, boolean top, Scope inside) {
        Code given = agent.argument("agent");
        boolean none = given instanceof Code.Name name && name.name().equals("none");
        if (top) {
            inside.agent(!none);
        } else if (!none) {
            inside.agent(true); // what the pipeline holds it goes on holding
        }
    }

    private void environment(Code.Block block, Scope inside, boolean ofStage) {
        for (Code statement : block.statements()) {
            if (statement instanceof Code.Operation operation && operation.left() instanceof Code.Name name) {
                inside.define(name.name(), constant(operation.right()));
                if (ofStage) {
                    facts.stageVariable(name.name());
                }
                if (operation.right() instanceof Code.Call value && value.is("credentials")) {
                    inside.define(name.name() + "_USR", "");
                    inside.define(name.name() + "_PSW", "");
                    inside.secret(name.name() + "_PSW");
                    if (!name.name().matches("(?i).*(?:CONFIG|FILE|_KEY|CERT).*")) {
                        inside.secret(name.name());
                    }
                }
            }
        }
    }

    private static void axis(Code.Call axis, Scope inside) {
        Code.Block body = axis.block();
        for (Code.Call each : body == null ? List.<Code.Call>of() : body.calls()) {
            String name = each.is("name") ? each.text("name") : null;
            if (name != null) {
                inside.define(name, "");
            }
        }
    }

    private static void inputParameter(Code code, Scope inside) {
        if (code instanceof Code.Call call && call.named().get("name") instanceof Code.Text text) {
            String name = text.constant();
            if (name != null) {
                inside.define(name, "");
            }
        }
        if (code instanceof Code.Call call && call.is("submitterParameter")) {
            String name = call.text("submitterParameter");
            inside.define(name == null ? "" : name, "");
        }
    }

    private void withEnv(Code.Call call, Scope inside) {
        Code given = call.argument("overrides");
        if (!(given instanceof Code.Items items)) {
            inside.open();
            return;
        }
        for (Code item : items.items()) {
            Flat flat = Flat.of(item);
            String text = flat == null ? "" : facts.canonical(flat);
            int equals = text.indexOf('=');
            String name = equals < 0 ? "" : text.substring(0, equals).replaceAll("\\+.*", "");
            if (name.isEmpty() || name.contains("$")) {
                inside.open();
            } else {
                inside.define(name, text.substring(equals + 1));
                facts.stageVariable(name);
            }
        }
    }

    /** Whatever calls its arguments {@code …Variable} brings variables of those names. */
    private void bindings(Code.Call call, Scope inside) {
        int[] found = new int[1];
        for (Code child : call.children()) {
            if (child != call.block()) {
                child.each(code -> {
                    Map<String, Code> named = code instanceof Code.Call binding
                            ? binding.named()
                            : code instanceof Code.Entries entries ? entries.entries() : Map.of();
                    String kind = code instanceof Code.Call binding
                            ? binding.name()
                            : named.get("$class") instanceof Code.Text type ? String.valueOf(type.constant()) : "";
                    found[0] += bind(kind, named, inside);
                });
            }
        }
        if (found[0] == 0 && !call.name().equals("withKubeConfig")) {
            inside.open();
        }
    }

    private int bind(String kind, Map<String, Code> named, Scope inside) {
        int found = 0;
        for (Map.Entry<String, Code> entry : named.entrySet()) {
            if (!entry.getKey().endsWith("ariable")) {
                continue;
            }
            String name = entry.getValue() instanceof Code.Text text ? text.constant() : null;
            if (name == null) {
                inside.open();
            } else {
                inside.define(name, "");
                facts.stageVariable(name);
                boolean secret = entry.getKey().startsWith("pass")
                        || (entry.getKey().equals("variable")
                                && Set.of("string", "usernameColonPassword", "StringBinding")
                                        .contains(kind));
                if (secret) {
                    inside.secret(name);
                }
            }
            found++;
        }
        if (found == 0 && kind.equals("kubeconfigFile")) {
            inside.define("KUBECONFIG", "");
            found++;
        }
        return found;
    }

    private void parameters(Code.Call call) {
        facts.parametersDeclared();
        for (Code child : call.children()) {
            child.each(code -> {
                Map<String, Code> named = code instanceof Code.Call parameter
                        ? parameter.named()
                        : code instanceof Code.Entries entries ? entries.entries() : Map.of();
                String name = named.get("name") instanceof Code.Text text ? text.constant() : null;
                if (name != null) {
                    facts.parameter(name, choices(named.get("choices")));
                }
            });
        }
    }

    private static List<PipelineFacts.Choice> choices(@Nullable Code choices) {
        List<PipelineFacts.Choice> values = new ArrayList<>();
        if (choices instanceof Code.Items items) {
            for (Code item : items.items()) {
                String value = item instanceof Code.Text text ? text.constant() : null;
                if (value != null) {
                    values.add(new PipelineFacts.Choice(value, item.span()));
                }
            }
        } else if (choices instanceof Code.Text text && text.constant() != null) {
            text.constant().lines().forEach(line -> values.add(new PipelineFacts.Choice(line.strip(), text.span())));
        }
        return values;
    }
}
