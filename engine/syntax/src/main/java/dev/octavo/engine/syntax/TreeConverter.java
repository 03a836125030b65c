package dev.octavo.engine.syntax;

import dev.octavo.engine.preflight.script.Code;
import dev.octavo.engine.preflight.script.Offsets;
import dev.octavo.engine.preflight.script.PipelineScript;
import dev.octavo.engine.preflight.script.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.codehaus.groovy.ast.ASTNode;
import org.codehaus.groovy.ast.AnnotatedNode;
import org.codehaus.groovy.ast.AnnotationNode;
import org.codehaus.groovy.ast.ClassNode;
import org.codehaus.groovy.ast.FieldNode;
import org.codehaus.groovy.ast.MethodNode;
import org.codehaus.groovy.ast.ModuleNode;
import org.codehaus.groovy.ast.Parameter;
import org.codehaus.groovy.ast.expr.BinaryExpression;
import org.codehaus.groovy.ast.expr.BooleanExpression;
import org.codehaus.groovy.ast.expr.CastExpression;
import org.codehaus.groovy.ast.expr.ClosureExpression;
import org.codehaus.groovy.ast.expr.ConstantExpression;
import org.codehaus.groovy.ast.expr.ConstructorCallExpression;
import org.codehaus.groovy.ast.expr.DeclarationExpression;
import org.codehaus.groovy.ast.expr.ElvisOperatorExpression;
import org.codehaus.groovy.ast.expr.EmptyExpression;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.GStringExpression;
import org.codehaus.groovy.ast.expr.ListExpression;
import org.codehaus.groovy.ast.expr.MapEntryExpression;
import org.codehaus.groovy.ast.expr.MapExpression;
import org.codehaus.groovy.ast.expr.MethodCallExpression;
import org.codehaus.groovy.ast.expr.NotExpression;
import org.codehaus.groovy.ast.expr.PostfixExpression;
import org.codehaus.groovy.ast.expr.PrefixExpression;
import org.codehaus.groovy.ast.expr.PropertyExpression;
import org.codehaus.groovy.ast.expr.RangeExpression;
import org.codehaus.groovy.ast.expr.SpreadExpression;
import org.codehaus.groovy.ast.expr.TernaryExpression;
import org.codehaus.groovy.ast.expr.TupleExpression;
import org.codehaus.groovy.ast.expr.VariableExpression;
import org.codehaus.groovy.ast.stmt.BlockStatement;
import org.codehaus.groovy.ast.stmt.CaseStatement;
import org.codehaus.groovy.ast.stmt.CatchStatement;
import org.codehaus.groovy.ast.stmt.EmptyStatement;
import org.codehaus.groovy.ast.stmt.ExpressionStatement;
import org.codehaus.groovy.ast.stmt.ForStatement;
import org.codehaus.groovy.ast.stmt.IfStatement;
import org.codehaus.groovy.ast.stmt.ReturnStatement;
import org.codehaus.groovy.ast.stmt.Statement;
import org.codehaus.groovy.ast.stmt.SwitchStatement;
import org.codehaus.groovy.ast.stmt.SynchronizedStatement;
import org.codehaus.groovy.ast.stmt.ThrowStatement;
import org.codehaus.groovy.ast.stmt.TryCatchStatement;
import org.codehaus.groovy.ast.stmt.WhileStatement;
import org.jspecify.annotations.Nullable;

/** Makes {@link Code} out of Groovy's syntax tree. */
final class TreeConverter {
    private final GroovyPipelineReader.Lines lines;
    private final List<String> libraries = new ArrayList<>();

    TreeConverter(GroovyPipelineReader.Lines lines) {
        this.lines = lines;
    }

    PipelineScript script(ModuleNode module, List<PipelineScript.Comment> comments) {
        List<Code> statements = new ArrayList<>(statements(module.getStatementBlock()));
        List<PipelineScript.Method> methods = new ArrayList<>();
        module.getMethods().forEach(method -> methods.add(method(method)));
        for (ClassNode type : module.getClasses()) {
            annotations(type);
            if (!type.isScript()) { // whose methods are there already, with those that Groovy adds
                type.getMethods().forEach(method -> methods.add(method(method)));
            }
            for (FieldNode field : type.getFields()) {
                statements.add(new Code.Declaration(span(field), List.of(field.getName()), null));
            }
        }
        module.getImports().forEach(this::annotations);
        module.getStarImports().forEach(this::annotations);
        Code.Block body = new Code.Block(new Span(0, lines.text().length()), List.of(), statements);
        return new PipelineScript(body, methods, comments, libraries);
    }

    private PipelineScript.Method method(MethodNode method) {
        annotations(method);
        Statement code = method.getCode();
        List<Code> statements = code == null ? List.of() : statements(code);
        return new PipelineScript.Method(
                method.getName(), new Code.Block(span(method), names(method.getParameters()), statements));
    }

    private void annotations(AnnotatedNode node) {
        for (AnnotationNode annotation : node.getAnnotations()) {
            if (annotation.getClassNode().getNameWithoutPackage().equals("Library")) {
                Expression value = annotation.getMember("value");
                for (Expression one : value instanceof ListExpression list ? list.getExpressions() : List.of(value)) {
                    libraries.add(one.getText());
                }
            }
        }
    }

    private static List<String> names(Parameter @Nullable [] parameters) {
        List<String> names = new ArrayList<>();
        if (parameters != null) {
            for (Parameter parameter : parameters) {
                names.add(parameter.getName());
            }
        }
        return names;
    }

    // -------------------------------------------------------------------------------------------------- statements

    private List<Code> statements(Statement statement) {
        if (statement instanceof BlockStatement block) {
            List<Code> all = new ArrayList<>();
            block.getStatements().forEach(each -> all.addAll(statements(each)));
            return all;
        }
        return statement instanceof EmptyStatement ? List.of() : List.of(statement(statement));
    }

    private Code.Block block(Statement statement) {
        return new Code.Block(span(statement), List.of(), statements(statement));
    }

    private Code statement(Statement statement) {
        if (statement instanceof ExpressionStatement expression) {
            return code(expression.getExpression());
        }
        if (statement instanceof ReturnStatement exit) {
            return exit(statement, "return", exit.getExpression());
        }
        if (statement instanceof ThrowStatement exit) {
            return exit(statement, "throw", exit.getExpression());
        }
        if (statement instanceof IfStatement choice) {
            Statement otherwise = choice.getElseBlock();
            return new Code.Choice(
                    span(statement),
                    code(choice.getBooleanExpression()),
                    block(choice.getIfBlock()),
                    otherwise instanceof EmptyStatement ? null : block(otherwise));
        }
        if (statement instanceof TryCatchStatement attempt) {
            return attempt(attempt);
        }
        if (statement instanceof ForStatement loop) {
            return new Code.Other(
                    span(statement),
                    List.of(loop.getVariable().getName()),
                    List.of(code(loop.getCollectionExpression()), block(loop.getLoopBlock())));
        }
        if (statement instanceof WhileStatement loop) {
            return other(statement, code(loop.getBooleanExpression()), block(loop.getLoopBlock()));
        }
        if (statement instanceof SwitchStatement choice) {
            List<Code> parts = new ArrayList<>(List.of(code(choice.getExpression())));
            for (CaseStatement each : choice.getCaseStatements()) {
                parts.add(code(each.getExpression()));
                parts.add(block(each.getCode()));
            }
            parts.add(block(choice.getDefaultStatement()));
            return new Code.Other(span(statement), List.of(), parts);
        }
        if (statement instanceof SynchronizedStatement locked) {
            return block(locked.getCode());
        }
        return statement instanceof BlockStatement ? block(statement) : other(statement);
    }

    private Code exit(Statement statement, String kind, Expression value) {
        boolean nothing = value instanceof EmptyExpression
                || (value instanceof ConstantExpression constant
                        && constant.getValue() == null
                        && value.getLineNumber() < 1);
        return new Code.Exit(span(statement), kind, nothing ? null : code(value));
    }

    private Code attempt(TryCatchStatement attempt) {
        List<Code.Handler> handlers = new ArrayList<>();
        for (CatchStatement handler : attempt.getCatchStatements()) {
            handlers.add(new Code.Handler(
                    span(handler),
                    handler.getExceptionType().getNameWithoutPackage(),
                    handler.getVariable().getName(),
                    block(handler.getCode())));
        }
        Statement lastly = attempt.getFinallyStatement();
        return new Code.Attempt(
                span(attempt),
                block(attempt.getTryStatement()),
                handlers,
                lastly instanceof EmptyStatement ? null : block(lastly));
    }

    private Code other(ASTNode node, Code... parts) {
        return new Code.Other(span(node), List.of(), List.of(parts));
    }

    // ------------------------------------------------------------------------------------------------- expressions

    private Code code(Expression expression) {
        if (expression instanceof MethodCallExpression call) {
            return call(call);
        }
        if (expression instanceof ConstantExpression constant) {
            return constant(constant);
        }
        if (expression instanceof GStringExpression text) {
            Code.Text read =
                    LiteralScanner.scan(lines.text(), span(text).start(), number -> value(text.getValues(), number));
            return read == null ? other(text, codes(text.getValues())) : read;
        }
        if (expression instanceof VariableExpression variable) {
            return new Code.Name(span(variable), variable.getName());
        }
        if (expression instanceof PropertyExpression property) {
            String name = property.getProperty() instanceof ConstantExpression constant
                    ? String.valueOf(constant.getValue())
                    : "";
            return new Code.Property(span(property), code(property.getObjectExpression()), name);
        }
        if (expression instanceof ClosureExpression closure) {
            return new Code.Block(span(closure), names(closure.getParameters()), statements(closure.getCode()));
        }
        if (expression instanceof DeclarationExpression declaration) {
            return declaration(declaration);
        }
        if (expression instanceof BinaryExpression binary) {
            return binary(binary);
        }
        return composite(expression);
    }

    private Code composite(Expression expression) {
        if (expression instanceof ListExpression list) {
            return new Code.Items(span(list), List.of(codes(list.getExpressions())));
        }
        if (expression instanceof MapExpression map) {
            return new Code.Entries(span(map), entries(map));
        }
        if (expression instanceof ElvisOperatorExpression choice) {
            return other(choice, code(choice.getTrueExpression()), code(choice.getFalseExpression()));
        }
        if (expression instanceof TernaryExpression choice) {
            return new Code.Choice(
                    span(choice),
                    code(choice.getBooleanExpression()),
                    code(choice.getTrueExpression()),
                    code(choice.getFalseExpression()));
        }
        if (expression instanceof NotExpression not) {
            return other(not, code(not.getExpression()));
        }
        if (expression instanceof BooleanExpression truth) {
            return code(truth.getExpression());
        }
        if (expression instanceof CastExpression cast) {
            return code(cast.getExpression());
        }
        if (expression instanceof ConstructorCallExpression made) {
            return other(made, code(made.getArguments()));
        }
        if (expression instanceof TupleExpression tuple) {
            return other(tuple, codes(tuple.getExpressions()));
        }
        if (expression instanceof PostfixExpression fix) {
            return other(fix, code(fix.getExpression()));
        }
        if (expression instanceof PrefixExpression fix) {
            return other(fix, code(fix.getExpression()));
        }
        if (expression instanceof SpreadExpression spread) {
            return other(spread, code(spread.getExpression()));
        }
        if (expression instanceof RangeExpression range) {
            return other(range, code(range.getFrom()), code(range.getTo()));
        }
        return other(expression);
    }

    private Code[] codes(List<? extends Expression> expressions) {
        return expressions.stream().map(this::code).toArray(Code[]::new);
    }

    private @Nullable Code value(List<Expression> values, int number) {
        return number < values.size() ? code(values.get(number)) : null;
    }

    private Code constant(ConstantExpression constant) {
        if (constant.getValue() instanceof String) {
            Code.Text text = LiteralScanner.scan(lines.text(), span(constant).start(), number -> null);
            if (text != null) {
                return text;
            }
            String value = String.valueOf(constant.getValue());
            Span span = span(constant);
            return new Code.Text(
                    span, "'", List.of(new Code.Written(value, Offsets.from(span.start(), value.length()))));
        }
        return new Code.Constant(span(constant), constant.getValue());
    }

    private Code declaration(DeclarationExpression declaration) {
        List<String> names = new ArrayList<>();
        Expression left = declaration.getLeftExpression();
        if (left instanceof VariableExpression variable) {
            names.add(variable.getName());
        } else if (left instanceof TupleExpression tuple) {
            tuple.getExpressions().forEach(each -> names.add(each.getText()));
        }
        Expression right = declaration.getRightExpression();
        annotations(declaration);
        return new Code.Declaration(span(declaration), names, right instanceof EmptyExpression ? null : code(right));
    }

    private Code binary(BinaryExpression binary) {
        String operator = binary.getOperation().getText();
        Code left = code(binary.getLeftExpression());
        Code right = code(binary.getRightExpression());
        if (operator.equals("[")) {
            String name = right instanceof Code.Text text && text.constant() != null ? text.constant() : "";
            return new Code.Property(span(binary), left, name);
        }
        return new Code.Operation(left.span().to(right.span()), operator, left, right);
    }

    private Code call(MethodCallExpression call) {
        List<Code> arguments = new ArrayList<>();
        Map<String, Code> named = new LinkedHashMap<>();
        Expression given = call.getArguments();
        List<Expression> all = given instanceof TupleExpression tuple ? tuple.getExpressions() : List.of(given);
        for (Expression argument : all) {
            if (argument instanceof MapExpression map && (startsWithoutBracket(map) || isSole(map, all))) {
                named.putAll(entries(map));
            } else {
                arguments.add(code(argument));
            }
        }
        Code receiver = call.isImplicitThis() ? null : code(call.getObjectExpression());
        if (receiver instanceof Code.Name name
                && (name.name().equals("this") || name.name().equals("steps"))) {
            receiver = null;
        }
        String name =
                call.getMethod() instanceof ConstantExpression constant ? String.valueOf(constant.getValue()) : "";
        return new Code.Call(span(call), span(call.getMethod()), receiver, name, arguments, named);
    }

    /** {@code step([a: 1])} is the same as {@code step(a: 1)}. */
    private static boolean isSole(MapExpression map, List<Expression> all) {
        return all.stream().allMatch(each -> each == map || each instanceof ClosureExpression);
    }

    /** Named arguments are a map too; one that is written as such begins with a bracket. */
    private boolean startsWithoutBracket(MapExpression map) {
        int start = span(map).start();
        return start >= lines.text().length() || lines.text().charAt(start) != '[';
    }

    private Map<String, Code> entries(MapExpression map) {
        Map<String, Code> entries = new LinkedHashMap<>();
        for (MapEntryExpression entry : map.getMapEntryExpressions()) {
            Expression key = entry.getKeyExpression();
            String name = key instanceof ConstantExpression constant ? String.valueOf(constant.getValue()) : "";
            entries.put(name.isEmpty() ? "?" + entries.size() : name, code(entry.getValueExpression()));
        }
        return entries;
    }

    private Span span(ASTNode node) {
        if (node.getLineNumber() < 1) {
            return new Span(0, 0);
        }
        int start = lines.offset(node.getLineNumber(), node.getColumnNumber());
        int end = lines.offset(node.getLastLineNumber(), node.getLastColumnNumber());
        return new Span(start, Math.max(start, end));
    }
}
