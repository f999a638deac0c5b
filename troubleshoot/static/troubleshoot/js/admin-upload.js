// Refuses a file that is too large before it is sent: to send it takes long, and is for nothing.
for (const input of document.querySelectorAll("input[data-most-bytes]")) {
  const isTooLarge = () => (input.files[0]?.size ?? 0) > Number(input.dataset.mostBytes);
  const problem = document.createElement("p");
  problem.className = "errornote";
  problem.setAttribute("role", "alert");
  input.addEventListener("change", () => {
    problem.remove();
    if (!isTooLarge()) return;
    problem.textContent = input.dataset.tooLarge;
    input.after(problem);
  });
  input.form.addEventListener("submit", (event) => {
    if (!isTooLarge()) return;
    event.preventDefault();
    input.focus();
  });
}
