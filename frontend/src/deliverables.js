// Another chain asks for other units: the form is drawn anew as soon as one is chosen.
document.addEventListener("change", (event) => {
  const again = event.target.id === "id_chain" && event.target.form?.querySelector("button[name=again]");
  if (again) again.click();
});
