package dev.octavo.engine.runner.declarative;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.runner.api.SourcePlace;
import dev.octavo.engine.runner.cps.PipelineRun;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.codehaus.groovy.ast.ClassCodeVisitorSupport;
import org.codehaus.groovy.ast.ClassNode;
import org.codehaus.groovy.ast.expr.BinaryExpression;
import org.codehaus.groovy.ast.expr.MethodCallExpression;
import org.codehaus.groovy.ast.expr.VariableExpression;
import org.codehaus.groovy.control.SourceUnit;

/** Tells before a pipeline runs whether a step in it will be known, as far as that can be told. */
final class KnownSteps {
    /** What brings names that nobody knows before. */
    private static final List<String> SOURCES = List.of("library", "load", "evaluate");

    private static final List<String> OF_SCRIPTS = List.of("print", "printf", "println", "sleep");

    private final PipelineRun run;
    private final Set<String> own = new HashSet<>(OF_SCRIPTS);
    private boolean open;

    KnownSteps(PipelineRun run, SourceUnit source, ClassNode type) {
        this.run = run;
        type.getMethods().forEach(method -> own.add(method.getName()));
        type.getFields().forEach(field -> own.add(field.getName()));
        own.addAll(source.getAST().getStaticImports().keySet());
        open = !source.getAST().getStaticStarImports().isEmpty();
        new ClassCodeVisitorSupport() {
            @Override
            protected SourceUnit getSourceUnit() {
                return source;
            }

            @Override
            public void visitBinaryExpression(BinaryExpression expression) {
                if (expression.getLeftExpression() instanceof VariableExpression variable) {
                    own.add(variable.getName());
                }
                super.visitBinaryExpression(expression);
            }

            @Override
            public void visitMethodCallExpression(MethodCallExpression call) {
                String name = call.getMethodAsString();
                open = open || (name != null && SOURCES.contains(name));
                super.visitMethodCallExpression(call);
            }
        }.visitClass(type);
    }

    /** Libraries are named in the pipeline itself. */
    void expectMore() {
        open = true;
    }

    boolean isKnown(String name) {
        return open
                || own.contains(name)
                || run.step(name) != null
                || run.isSymbol(name)
                || run.compiler().variables().contains(name);
    }

    EngineException unknown(String name, SourcePlace place) {
        return run.unknownStep(name, place);
    }
}
