package dev.octavo.engine.runner.cps;

import org.codehaus.groovy.ast.ClassCodeExpressionTransformer;
import org.codehaus.groovy.ast.ClassNode;
import org.codehaus.groovy.ast.Parameter;
import org.codehaus.groovy.ast.VariableScope;
import org.codehaus.groovy.ast.expr.ArgumentListExpression;
import org.codehaus.groovy.ast.expr.ClosureExpression;
import org.codehaus.groovy.ast.expr.ConstantExpression;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.MethodCallExpression;
import org.codehaus.groovy.ast.expr.VariableExpression;
import org.codehaus.groovy.ast.stmt.BlockStatement;
import org.codehaus.groovy.ast.stmt.ExpressionStatement;
import org.codehaus.groovy.classgen.GeneratorContext;
import org.codehaus.groovy.control.CompilePhase;
import org.codehaus.groovy.control.SourceUnit;
import org.codehaus.groovy.control.customizers.CompilationCustomizer;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code list*.method()} as {@code list.collect { it?.method() }}: today's Jenkins runs the former, this version of
 * groovy-cps does not.
 */
final class SpreadCalls extends CompilationCustomizer {
    private static final String ITEM = "octavoItem";

    SpreadCalls() {
        super(CompilePhase.SEMANTIC_ANALYSIS);
    }

    @Override
    public void call(SourceUnit source, GeneratorContext context, ClassNode type) {
        new ClassCodeExpressionTransformer() {
            @Override
            protected SourceUnit getSourceUnit() {
                return source;
            }

            @Override
            public @Nullable Expression transform(@Nullable Expression expression) {
                if (expression instanceof ClosureExpression closure) {
                    closure.getCode().visit(this);
                    return closure;
                }
                Expression transformed = super.transform(expression);
                return transformed instanceof MethodCallExpression call && call.isSpreadSafe()
                        ? collecting(call)
                        : transformed;
            }
        }.visitClass(type);
    }

    private static Expression collecting(MethodCallExpression call) {
        Parameter item = new Parameter(org.codehaus.groovy.ast.ClassHelper.OBJECT_TYPE, ITEM);
        VariableExpression element = new VariableExpression(item);
        MethodCallExpression each = new MethodCallExpression(element, call.getMethod(), call.getArguments());
        each.setImplicitThis(false);
        each.setSafe(true);
        each.setSourcePosition(call);
        ExpressionStatement statement = new ExpressionStatement(each);
        statement.setSourcePosition(call);
        BlockStatement block = new BlockStatement();
        block.addStatement(statement);
        ClosureExpression closure = new ClosureExpression(new Parameter[] {item}, block);
        closure.setVariableScope(new VariableScope());
        closure.setSourcePosition(call);
        MethodCallExpression collect = new MethodCallExpression(
                call.getObjectExpression(), new ConstantExpression("collect"), new ArgumentListExpression(closure));
        collect.setImplicitThis(false);
        collect.setSafe(call.isSafe());
        collect.setSourcePosition(call);
        return collect;
    }
}
