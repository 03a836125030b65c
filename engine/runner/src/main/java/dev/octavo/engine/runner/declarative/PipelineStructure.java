package dev.octavo.engine.runner.declarative;

import dev.octavo.engine.runner.cps.PipelineError;
import dev.octavo.engine.runner.cps.PipelineRun;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.codehaus.groovy.ast.ClassCodeVisitorSupport;
import org.codehaus.groovy.ast.ClassHelper;
import org.codehaus.groovy.ast.ClassNode;
import org.codehaus.groovy.ast.MethodNode;
import org.codehaus.groovy.ast.Parameter;
import org.codehaus.groovy.ast.VariableScope;
import org.codehaus.groovy.ast.expr.ClosureExpression;
import org.codehaus.groovy.ast.expr.ConstantExpression;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.ListExpression;
import org.codehaus.groovy.ast.expr.MapEntryExpression;
import org.codehaus.groovy.ast.expr.MapExpression;
import org.codehaus.groovy.ast.expr.MethodCallExpression;
import org.codehaus.groovy.ast.expr.NamedArgumentListExpression;
import org.codehaus.groovy.ast.expr.TupleExpression;
import org.codehaus.groovy.ast.expr.VariableExpression;
import org.codehaus.groovy.ast.stmt.BlockStatement;
import org.codehaus.groovy.ast.stmt.ReturnStatement;
import org.codehaus.groovy.classgen.GeneratorContext;
import org.codehaus.groovy.control.CompilePhase;
import org.codehaus.groovy.control.SourceUnit;
import org.codehaus.groovy.control.customizers.CompilationCustomizer;
import org.jspecify.annotations.Nullable;

/**
 * Finds {@code pipeline} blocks while code is compiled, checks them, and puts in their place a call of the step that runs
 * them.
 */
public final class PipelineStructure extends CompilationCustomizer {
    static final String STEP = "pipeline";
    static final String MODEL = "model";
    static final String CODE = "code";
    private static final int LIST_SIZE = 100;

    private final Map<String, Model> models = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private @Nullable PipelineRun run;

    public PipelineStructure() {
        super(CompilePhase.SEMANTIC_ANALYSIS);
    }

    /** Tells for which run code is compiled. */
    public void compileFor(PipelineRun compiled) {
        run = compiled;
    }

    @Nullable
    Model model(String key) {
        return models.get(key);
    }

    @Override
    public void call(SourceUnit source, GeneratorContext context, ClassNode type) {
        PipelineRun compiled = Objects.requireNonNull(run);
        String file = compiled.sources().file(type.getName());
        List<MethodNode> methods = new ArrayList<>();
        KnownSteps known = new KnownSteps(compiled, source, type);
        new ClassCodeVisitorSupport() {
            @Override
            protected SourceUnit getSourceUnit() {
                return source;
            }

            @Override
            public void visitMethodCallExpression(MethodCallExpression call) {
                if (call.isImplicitThis() && STEP.equals(call.getMethodAsString())) {
                    List<Expression> arguments = ModelParser.arguments(call);
                    if (arguments.size() == 1 && arguments.get(0) instanceof ClosureExpression block) {
                        rewrite(call, block, file, known, methods);
                        return;
                    }
                }
                super.visitMethodCallExpression(call);
            }
        }.visitClass(type);
        methods.forEach(type::addMethod);
    }

    private void rewrite(
            MethodCallExpression call,
            ClosureExpression block,
            String file,
            KnownSteps known,
            List<MethodNode> methods) {
        Problems problems = new Problems();
        ModelParser parser = new ModelParser(file, problems, known);
        Model model = parser.pipeline(call, block);
        if (!problems.isEmpty()) {
            throw PipelineError.fatal(problems.combined());
        }
        String key = String.valueOf(count.incrementAndGet());
        models.put(key, model);
        MapExpression named = new NamedArgumentListExpression(List.of(
                new MapEntryExpression(new ConstantExpression(MODEL), new ConstantExpression(key)),
                new MapEntryExpression(new ConstantExpression(CODE), inLists(parser.code(), key, methods))));
        named.setSourcePosition(call);
        TupleExpression arguments = new TupleExpression(named);
        arguments.setSourcePosition(call);
        call.setArguments(arguments);
    }

    /**
     * A list of lists of closures. Those that use no local variables come from methods of their own: the code that builds a
     * method's interpreted form must not be larger than a method may be.
     */
    private static ListExpression inLists(List<Expression> code, String key, List<MethodNode> methods) {
        ListExpression lists = new ListExpression();
        for (int from = 0; from < code.size(); from += LIST_SIZE) {
            boolean own = true;
            List<Expression> list = new ArrayList<>();
            for (int i = from; i < Math.min(code.size(), from + LIST_SIZE); i++) {
                Expression closure = code.get(i);
                if (CapturedVariables.areIn(closure)) {
                    own = false;
                    list.add(closure);
                } else {
                    list.add(returned("pipelineCode" + key + "_" + i, closure, methods));
                }
            }
            Expression expression = new ListExpression(list);
            lists.addExpression(own ? returned("pipelineCodes" + key + "_" + from, expression, methods) : expression);
        }
        return lists;
    }

    private static Expression returned(String name, Expression value, List<MethodNode> methods) {
        methods.add(new MethodNode(
                name,
                Modifier.PUBLIC,
                ClassHelper.OBJECT_TYPE,
                Parameter.EMPTY_ARRAY,
                ClassNode.EMPTY_ARRAY,
                new BlockStatement(new ArrayList<>(List.of(new ReturnStatement(value))), new VariableScope())));
        return new MethodCallExpression(VariableExpression.THIS_EXPRESSION, name, MethodCallExpression.NO_ARGUMENTS);
    }
}
