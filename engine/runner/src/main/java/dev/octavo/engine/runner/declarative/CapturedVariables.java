package dev.octavo.engine.runner.declarative;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.codehaus.groovy.ast.CodeVisitorSupport;
import org.codehaus.groovy.ast.Parameter;
import org.codehaus.groovy.ast.Variable;
import org.codehaus.groovy.ast.expr.ClosureExpression;
import org.codehaus.groovy.ast.expr.DeclarationExpression;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.TupleExpression;
import org.codehaus.groovy.ast.expr.VariableExpression;
import org.codehaus.groovy.ast.stmt.CatchStatement;
import org.codehaus.groovy.ast.stmt.ForStatement;

/** Finds out whether a closure uses local variables of the method around it. */
final class CapturedVariables extends CodeVisitorSupport {
    private final Set<Variable> declared = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Variable> used = Collections.newSetFromMap(new IdentityHashMap<>());

    private CapturedVariables() {}

    static boolean areIn(Expression expression) {
        CapturedVariables visitor = new CapturedVariables();
        expression.visit(visitor);
        visitor.used.removeAll(visitor.declared);
        return !visitor.used.isEmpty();
    }

    @Override
    public void visitClosureExpression(ClosureExpression closure) {
        Parameter[] parameters = closure.getParameters();
        if (parameters != null) {
            Collections.addAll(declared, parameters);
        }
        super.visitClosureExpression(closure);
    }

    @Override
    public void visitDeclarationExpression(DeclarationExpression declaration) {
        if (declaration.getLeftExpression() instanceof TupleExpression several) {
            several.getExpressions().forEach(this::declare);
        } else {
            declare(declaration.getLeftExpression());
        }
        super.visitDeclarationExpression(declaration);
    }

    private void declare(Expression expression) {
        if (expression instanceof VariableExpression variable) {
            declared.add(variable);
        }
    }

    @Override
    public void visitForLoop(ForStatement loop) {
        declared.add(loop.getVariable());
        super.visitForLoop(loop);
    }

    @Override
    public void visitCatchStatement(CatchStatement statement) {
        declared.add(statement.getVariable());
        super.visitCatchStatement(statement);
    }

    @Override
    public void visitVariableExpression(VariableExpression variable) {
        Variable accessed = variable.getAccessedVariable();
        boolean local = accessed instanceof VariableExpression || accessed instanceof Parameter;
        // "it" may be a closure's own without being among its parameters
        if (local
                && !variable.isThisExpression()
                && !variable.isSuperExpression()
                && !variable.getName().equals("it")) {
            used.add(accessed);
        }
    }
}
