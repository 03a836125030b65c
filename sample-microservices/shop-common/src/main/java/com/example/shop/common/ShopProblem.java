package com.example.shop.common;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** A failure that the caller is told about, as {@code application/problem+json}. */
public class ShopProblem extends ErrorResponseException {
    private static final long serialVersionUID = 1L;

    public ShopProblem(HttpStatus status, String title, String detail, Throwable cause) {
        super(status, problem(status, title, detail), cause);
    }

    public ShopProblem(HttpStatus status, String title, String detail) {
        this(status, title, detail, null);
    }

    /** Adds a field to the answer's body. */
    public ShopProblem with(String field, Object value) {
        getBody().setProperty(field, value);
        return this;
    }

    /** Says when asking again makes sense. */
    public ShopProblem retryAfter(int seconds) {
        getHeaders().set(HttpHeaders.RETRY_AFTER, Integer.toString(seconds));
        return this;
    }

    private static ProblemDetail problem(HttpStatus status, String title, String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setTitle(title);
        return problem;
    }
}
