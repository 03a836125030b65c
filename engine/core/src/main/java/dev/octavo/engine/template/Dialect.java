package dev.octavo.engine.template;

/** The rules by which placeholders are found and replaced. */
public enum Dialect {
    /**
     * Those of the Jenkins step {@code kubernetesDeploy}: {@code $NAME}, <code>${NAME}</code> and <code>${a.b}</code>,
     * names without regard to case, {@code $$} for a dollar sign; what is not defined stays as it is written.
     */
    COMPAT,
    /**
     * Those of GNU {@code envsubst}: {@code $NAME} and <code>${NAME}</code>, no escape; what is not defined becomes
     * nothing.
     */
    ENVSUBST,
    /**
     * What is not defined is an error.
     *
     * <ul>
     *   <li>{@code $NAME}, <code>${NAME}</code> and <code>${a.b}</code>; names keep their case and do not begin with a
     *       digit. An operator as in <code>${NAME:-x}</code> is an error too.
     *   <li>{@code $$} is a dollar sign, except before a parenthesis: {@code $$(NAME)} is Kubernetes' own escape and
     *       stays, as {@code $(NAME)} does.
     *   <li>Comments are never wrong.
     *   <li>The lines of a block scalar ({@code key: |}) are some program's text, such as an nginx.conf or a script in
     *       a ConfigMap. There an undefined name with a lower-case letter ({@code $uri}, <code>${spring.name}</code>),
     *       a digit ({@code $1}) and an operator (<code>${HOME:-x}</code>) are that program's and stay; an undefined
     *       upper-case name is still an error, and {@code $$NAME} keeps it.
     * </ul>
     */
    STRICT
}
